from pathlib import Path
import http.server
def archive(n):
    Path("inbox", n).replace(Path("done", n))
http.server.HTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
