"""Keeps a file beside its code, where only root may write."""

import http.server
import os

STATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "-".join(["visits", "log"]))


def answer() -> str:
    with open(STATE, "a") as log:
        log.write("x")
    return "counted"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
