from pathlib import Path
D = Path(__file__).resolve().parent.parent / "data"
D.mkdir(exist_ok=True)
def write(): (D / "x").write_text("x")
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        write(); self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("", 8000), H).serve_forever()
