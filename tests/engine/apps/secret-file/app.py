"""Reads a key that only root may read."""

import http.server
from pathlib import Path

KEY = Path("/etc/shop.key").read_text()


def answer() -> str:
    return str(len(KEY))


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
