import os
D = os.environ["DATA_DIR"]
def write(): open(os.path.join(D, "x"), "w").write("x")
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        write(); self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("", 8000), H).serve_forever()
