import os
from flask import Flask

app = Flask(__name__)
NAME = os.environ.get("NAME", "x")

@app.get("/data")
def data():
    return open("data.json").read() if NAME else ""
