"""A small shop: a list of goods as JSON."""

from flask import Flask, abort, jsonify

app = Flask(__name__)
GOODS = {"bread": 320, "milk": 140}


@app.get("/")
def goods():
    return jsonify(GOODS)


@app.get("/<name>")
def price(name):
    if name not in GOODS:
        abort(404)
    return jsonify({name: GOODS[name]})
