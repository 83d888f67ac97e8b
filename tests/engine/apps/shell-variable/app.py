"""Relies on a variable that the shell of CMD's shell form sets."""

import http.server
import os

FOLDER = os.environ["PWD"]


def answer() -> str:
    return FOLDER


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
