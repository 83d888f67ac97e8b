from http.server import test
test(port=8000)
