"""What picorest promises beside microdot's own tests, on both chips: run by suite.py, as those are."""

import asyncio
import unittest

from microdot import Microdot, Response, abort, redirect
from microdot.test_client import TestClient


def ask(client, method, path, **more):
    return asyncio.run(client.request(method, path, **more))


class Ours(unittest.TestCase):
    def test_a_request_has_what_the_manual_lists(self):
        app = Microdot()

        @app.post("/told/<name>")
        def told(request, name):
            return {
                "app": request.app is app, "method": request.method, "path": request.path, "url": request.url,
                "query": request.query_string, "args": [request.args["a"], request.args.get("n", type=int), request.args.get("x")],
                "url_args": request.url_args, "prefix": request.url_prefix, "subapp": request.subapp, "scheme": request.scheme,
                "version": request.http_version, "length": request.content_length, "type": request.content_type,
                "host": request.headers["HOST"], "mine": "X-Mine" in request.headers, "names": len(list(request.headers)),
                "cookies": request.cookies, "json": request.json, "form": request.form, "body": request.body.decode(),
                "client": list(request.client_addr), "g": hasattr(request.g, "seen"), "route": request.route is told,
            }  # fmt: skip

        res = ask(TestClient(app), "POST", "/told/a%2Fb?a=%C3%A9&n=7", body={"x": 1}, headers={"Cookie": "one=1; two"})
        self.assertEqual(res.json, {
            "app": True, "method": "POST", "path": "/told/a%2Fb", "url": "/told/a%2Fb?a=%C3%A9&n=7",
            "query": "a=%C3%A9&n=7", "args": ["\xe9", 7, None], "url_args": {"name": "a/b"}, "prefix": "", "subapp": None,
            "scheme": "http", "version": "1.1", "length": 8, "type": "application/json", "host": "example.com:1234",
            "mine": False, "names": 4, "cookies": {"one": "1", "two": ""}, "json": {"x": 1}, "form": None, "body": '{"x": 1}',
            "client": ["127.0.0.1", 0], "g": False, "route": True,
        })  # fmt: skip

    def test_a_form_has_lines_and_names_that_come_again(self):
        app = Microdot()

        @app.post("/form")
        def form(request):
            return {"day": request.form.getlist("day"), "first": request.form["day"], "text": request.form.get("text"),
                    "json": request.json, "numbers": request.form.getlist("n", type=int)}  # fmt: skip

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        res = ask(TestClient(app), "POST", "/form", body=b"day=mo&text=one%0D%0Atwo+x&day=tu&n=1&n=2", headers=kind)
        self.assertEqual(res.json, {
            "day": ["mo", "tu"], "first": "mo", "text": "one\r\ntwo x", "json": None, "numbers": [1, 2],
        })  # fmt: skip

    def test_equal_requests_share_nothing(self):
        app = Microdot()
        seen = []

        @app.before_request
        def count(request):
            request.g.n = getattr(request.g, "n", 0) + 1

            @request.after_request
            def after(request, response):
                seen.append(request.path)

        @app.get("/count")
        def counted(request):
            return Response(str(request.g.n) + str(len(request.args)))

        client = TestClient(app)
        for _ in range(3):
            self.assertEqual(ask(client, "GET", "/count?a=1").text, "11")
        self.assertEqual(seen, ["/count"] * 3)

    def test_hooks_may_add_to_errors(self):
        app = Microdot()

        @app.after_error_request
        def after(request, response):
            response.body += b" "
            response.headers["X-Length"] = str(len(response.body))

        res = ask(TestClient(app), "GET", "/nothing")
        self.assertEqual((res.status_code, res.headers["X-Length"]), (404, res.headers["Content-Length"]))

    def test_errors_have_handlers_without_hooks(self):
        app = Microdot()

        @app.get("/door")
        def door(request):
            abort(418)

        @app.errorhandler(404)
        def lost(request):
            return {"lost": request.path}, 404

        @app.errorhandler(405)
        def wrong(request):
            return {"wrong": request.method}, 405

        @app.errorhandler(418)
        def teapot(request):
            return "short and stout", 418

        client = TestClient(app)
        self.assertEqual(ask(client, "GET", "/nothing").json, {"lost": "/nothing"})
        self.assertEqual(ask(client, "POST", "/door").json, {"wrong": "POST"})
        self.assertEqual(ask(client, "GET", "/door").text, "short and stout")
        # picorest's own paths stay as they are
        res = ask(client, "OPTIONS", "/gpio")
        self.assertEqual((res.status_code, res.headers["Allow"]), (204, "GET, PUT, POST, HEAD, OPTIONS"))

    def test_another_try_begins_anew(self):
        """As after a lack of memory: see Dispatcher.retry()."""
        app = Microdot()

        @app.get("/again")
        def again(request):
            request.g.seen = request.args.pop("a")
            request.after_request(None)
            request.app.fallback(request, 404).close()
            return [request.args["a"], hasattr(request.g, "seen"), len(request.after_request_handlers)]

        self.assertEqual(ask(TestClient(app), "GET", "/again?a=1").json, ["1", False, 0])

    def test_a_slash_at_the_end_is_ignored(self):
        app = Microdot()

        @app.get("/door/<name>")
        def door(request, name):
            return name

        self.assertEqual(ask(TestClient(app), "GET", "/door/front/").text, "front")

    def test_a_parameter_given_twice_or_a_bad_form_is_refused_in_words(self):
        app = Microdot()

        @app.route("/args", methods=["GET", "POST"])
        def args(request):
            return dict(request.args), 200, {"X-Json": str(request.json)}

        client = TestClient(app)
        self.assertEqual(ask(client, "GET", "/args?a=1&a=2").status_code, 400)
        self.assertEqual(ask(client, "GET", "/args?a=%ff").status_code, 400)
        kind = {"Content-Type": "application/json"}
        self.assertEqual(ask(client, "POST", "/args", body="{", headers=kind).status_code, 400)
        self.assertEqual(ask(client, "POST", "/args", body="{").headers["X-Json"], "None")

    def test_redirects_and_reasons_arrive(self):
        app = Microdot()

        @app.get("/go")
        def go(request):
            return redirect("/there", 307)

        @app.get("/reason")
        def reason(request):
            return Response("x", 299, reason="Nearly")

        client = TestClient(app)
        res = ask(client, "GET", "/go")
        self.assertEqual((res.status_code, res.headers["Location"]), (307, "/there"))
        self.assertEqual(ask(client, "GET", "/reason").reason, "Nearly")
