import os, sqlite3

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class H(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            body = work().encode(); code = 200
        except Exception as e:
            body = repr(e).encode(); code = 500
        self.send_response(code); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
def work():
    c = sqlite3.connect(os.environ['DATABASE_URL'].split('///')[1])
    c.execute('insert into hits values (1)')
    c.commit()
    return 'rows'

if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8000), H).serve_forever()
