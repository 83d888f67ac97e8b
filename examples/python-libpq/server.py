"""Takes connection strings of PostgreSQL apart, with libpq itself: psycopg2 is compiled against it."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg2
from psycopg2.extensions import libpq_version, parse_dsn


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        text = query.get("dsn", ["postgresql://shop@db.example/orders"])[0]
        try:
            status, answer = 200, {"libpq": libpq_version() // 10000, "dsn": parse_dsn(text)}
        except psycopg2.ProgrammingError as error:
            status, answer = 400, {"error": str(error).strip()}
        body = json.dumps(answer, sort_keys=True).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
