"""Greets, with the one dependency that uv.lock pins."""

from bottle import Bottle, request, run

app = Bottle()


@app.get("/")
def greet():
    return {"greeting": f"hello {request.query.name or 'world'}"}


if __name__ == "__main__":
    run(app, host="0.0.0.0", port=8080)
