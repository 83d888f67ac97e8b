import flask
with open("/data/hits.txt", "a") as f:
    f.write("x")
