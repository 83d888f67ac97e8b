"""Listens below 1024: on the network of the host only root may."""

import http.server
import os


def answer() -> str:
    return "low"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", int(os.environ["LISTEN"])), Page).serve_forever()
