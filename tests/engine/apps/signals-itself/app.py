"""Clears its process group at the start: as PID 1 it is immune to SIGTERM, below an init it is not."""

import http.server
import os
import signal

os.killpg(0, signal.SIGTERM)


def answer() -> str:
    return "alive"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
