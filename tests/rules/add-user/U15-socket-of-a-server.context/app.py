import socketserver
class H(socketserver.StreamRequestHandler):
    def handle(self): self.wfile.write(b"x")
with socketserver.UnixStreamServer("app.sock", H) as s: s.serve_forever()
