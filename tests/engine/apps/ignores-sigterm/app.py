"""Does not end on SIGTERM, with an init and without: it has to be killed either way."""

import http.server
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)


def answer() -> str:
    return "stubborn"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
