"""Gives a folder away before it serves, which only root may."""

import http.server
import os

os.makedirs("/srv/pool", exist_ok=True)
os.chown("/srv/pool", 33, 33)


def answer() -> str:
    return str(os.stat("/srv/pool").st_uid)


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
