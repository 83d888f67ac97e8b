"""Applies a patch when it is asked: `patch` came with git, as a package that git only recommends."""

import http.server
import subprocess


def answer() -> str:
    done = subprocess.run(["patch", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1]


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
