import urllib.request, http.server
urllib.request.urlretrieve("https://example.com/", "page.html")
http.server.HTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
