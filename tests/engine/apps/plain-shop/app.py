"""A server without any trouble: it notes each visit in /tmp."""

import http.server

#: under a name that add-user does not know: it would hold back from a program that writes
note = open


def answer() -> str:
    with note("/tmp/visits", "a") as log:
        log.write("x")
    return "welcome"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
