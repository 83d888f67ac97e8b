import json

with open("posts.json", "w") as out:
    json.dump({}, out)
