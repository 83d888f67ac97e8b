"""Starts jobs that outlive their parents, and waits for them as only PID 1 can."""

import http.server
import os
import subprocess


def answer() -> str:
    subprocess.run(["/bin/sh", "-c", "(sleep 0.2; exit 7) & exit 0"], check=True)
    try:
        _, status = os.waitpid(-1, 0)
    except ChildProcessError:
        return "the job is lost"
    return f"the job ended with {os.waitstatus_to_exitcode(status)}"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = answer().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.HTTPServer(("", 8000), Page).serve_forever()
