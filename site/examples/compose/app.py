"""A page that says ok."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index() -> str:
    """Return it."""
    return "ok"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8080)
