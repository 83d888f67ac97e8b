import json
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path


def joined(folder, name):
    # Path("/a/b") / "/x" discards "/a/b": open("/a/b/c") is not what is meant
    return Path(folder) / name.lstrip("/")


Path("/srv/store/state.json").write_text(json.dumps({}))
HTTPServer(("", 8000), SimpleHTTPRequestHandler).serve_forever()
