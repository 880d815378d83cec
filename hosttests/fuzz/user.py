"""A module of the user's for the board that is fuzzed: endpoints in microdot's manner."""


def setup(app):
    @app.get("/hello/<name>")
    async def hello(request, name):
        return {"hello": name, "many": request.args.get("many"), "agent": request.headers.get("User-Agent")}

    @app.route("/echo", methods=["PUT", "POST"])
    def echo(request):
        return {"length": len(request.body), "path": request.path, "kind": request.headers.get("Content-Type")}, 201

    @app.get("/parts")
    async def parts(request):
        return (word for word in ("one ", "two ", "three " * 200))

    @app.get("/text/<int:number>")
    def text(request, number):
        return f"no. {number}", 200, {"X-Mine": "yes"}
