"""What microdot's manual shows, in one file: it runs unchanged on microdot under CPython and as a board's user.py."""

from microdot import Microdot, Response, abort, redirect

doors = Microdot()


@doors.before_request
async def key_needed(request):
    request.g.key = request.headers.get("X-Key")
    if request.g.key != "open":
        abort(403, "the key is missing")


@doors.after_request
def sign(request, response):
    response.headers["X-Prefix"] = request.url_prefix


@doors.get("/<name>")
async def door(request, name):
    return {"door": name, "key": request.g.key, "wide": request.args.get("wide", type=int) if request.args else 0}


@doors.post("/<name>")
async def rename(request, name):
    response = Response("renamed to " + request.form["to"])
    response.set_cookie("last", name, path="/")
    return response


@doors.errorhandler(403)
def locked(request):
    return {"locked": request.path}, 403


def setup(app):
    @app.get("/go")
    def go(request):
        return redirect("/doors/" + request.cookies.get("last", "none"))

    @app.put("/sum")
    async def total(request):
        return {"sum": sum(request.json["numbers"])}, 201

    @app.get("/count/<int:n>")
    async def count(request, n):
        def parts():
            for i in range(n):
                yield str(i)

        return parts(), {"Content-Type": "text/plain"}

    @app.get("/teapot")
    def teapot(request):
        raise ValueError("short and stout")

    @app.errorhandler(ValueError)
    async def wrong(request, exception):
        return str(exception), 418

    @app.errorhandler(404)
    async def lost(request):
        return {"lost": request.path}, 404

    app.mount(doors, url_prefix="/doors", local=True)
