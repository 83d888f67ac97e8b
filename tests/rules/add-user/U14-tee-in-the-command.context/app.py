def write(): print("x")
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        write(); self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("", 8000), H).serve_forever()
