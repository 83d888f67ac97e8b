"""Small projects to develop with: their sources are mounted, and something in them notices a change."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.stacks import FOREGROUND, TEMPORARY


@dataclass(frozen=True, slots=True)
class DevStack:
    """A stack to develop with.

    Attributes:
        name: of it.
        how: what notices a change.
        source: the file that is edited; WORD in it is replaced.
        files: by path and text, compose.yaml among them.
        port: of the service that is asked.
        service: its name.
        path: what is asked for.
    """

    name: str
    how: str
    source: str
    files: dict[str, str]
    port: str = "8000"
    service: str = "web"
    path: str = "/"


def _service(text: str, port: str = "8000") -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f'services:\n  web:\n{lines}    ports: ["127.0.0.1::{port}"]\n'


_NODE = 'require("http").createServer((_, answer) => answer.end("WORD")).listen(8000);\n'
_FLASK = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef word():\n    return "WORD"\n'
_ASGI = (
    "async def app(scope, receive, send):\n    if scope['type'] != 'http':\n        return\n"
    "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
    "    await send({'type': 'http.response.body', 'body': b'WORD'})\n"
)
_WSGI = "def app(environ, start):\n    start('200 OK', [])\n    return [b'WORD']\n"
_GO = (
    'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc main() {\n'
    '\thttp.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "WORD") })\n'
    '\t_ = http.ListenAndServe(":8000", nil)\n}\n'
)
_MODULE = "module example.org/web\n\ngo 1.21\n"
_PYTHON = (
    "from http.server import BaseHTTPRequestHandler, HTTPServer\n\n\nclass Word(BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n"
    '        self.wfile.write(b"WORD")\n\n\nHTTPServer(("", 8000), Word).serve_forever()\n'
)
_DJANGO = (
    "import sys\n\nfrom django.conf import settings\nfrom django.core.management import execute_from_command_line\n"
    "from django.http import HttpResponse\nfrom django.urls import path\n\n"
    'settings.configure(DEBUG=True, ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["*"])\n'
    'urlpatterns = [path("", lambda _: HttpResponse("WORD"))]\n\n'
    'if __name__ == "__main__":\n    execute_from_command_line(sys.argv)\n'
)


def _python(packages: str, command: str, file: str = "app.py") -> str:
    return (
        f"FROM python:3.11-slim\nWORKDIR /app\nRUN pip install {packages}\nCOPY {file} .\nEXPOSE 8000\nCMD {command}\n"
    )


_PACKAGE = '{"name": "web", "version": "1.0.0", "private": true, "scripts": {"dev": "nodemon server.js"}}\n'
DEVELOPMENT = (
    DevStack("Node, an image of a registry", "node --watch", "src/server.js", {
        "compose.yaml": _service("image: node:20-slim\nworking_dir: /srv\ncommand: node --watch server.js\n"
                                 'volumes: ["./src:/srv"]'),
        "src/server.js": _NODE}),
    DevStack("Express-like, built", "nodemon through npm run dev", "server.js", {
        "compose.yaml": _service('build: .\ncommand: npm run dev\nvolumes: [".:/app", "/app/node_modules"]'),
        "Dockerfile": "FROM node:20-slim\nRUN npm install -g nodemon\nWORKDIR /app\nCOPY package.json .\n"
                      'RUN npm install\nCOPY . .\nEXPOSE 8000\nCMD ["npm", "start"]\n',
        "package.json": _PACKAGE, "server.js": _NODE}),
    DevStack("Flask", "flask run --debug", "app.py", {
        "compose.yaml": _service("build: .\ncommand: flask run --debug --host 0.0.0.0 --port 8000\n"
                                 'volumes: [".:/app"]'),
        "Dockerfile": _python("flask gunicorn", '["gunicorn", "-b", "0.0.0.0:8000", "app:app"]'), "app.py": _FLASK}),
    DevStack("Flask, debug in its environment", "FLASK_DEBUG, sources at a place of their own", "site/app.py", {
        "compose.yaml": _service("build: .\nenvironment:\n  FLASK_DEBUG: 1\nvolumes:\n  - type: bind\n"
                                 "    source: ./site\n    target: /opt/site"),
        "Dockerfile": _python("flask", "flask --app /opt/site/app.py run --host 0.0.0.0 --port 8000", "site/app.py"),
        "site/app.py": _FLASK}),
    DevStack("ASGI", "uvicorn --reload", "app/main.py", {
        "compose.yaml": _service("build: .\ncommand: [uvicorn, main:app, --host, 0.0.0.0, --port, '8000', --reload]\n"
                                 'volumes: ["./app:/app"]'),
        "Dockerfile": _python("uvicorn", "uvicorn main:app --host 0.0.0.0 --port 8000", "app/main.py"),
        "app/main.py": _ASGI}),
    DevStack("WSGI", "gunicorn --reload in the CMD", "wsgi.py", {
        "compose.yaml": _service('build: .\nvolumes: ["./wsgi.py:/app/wsgi.py"]'),
        "Dockerfile": _python("gunicorn", "gunicorn --reload -b 0.0.0.0:8000 wsgi:app", "wsgi.py"), "wsgi.py": _WSGI}),
    DevStack("Django", "manage.py runserver in the CMD", "manage.py", {
        "compose.yaml": _service('build: .\nvolumes: ["$PWD:/app"]'.replace("$PWD", "./")),
        "Dockerfile": _python("django", "python manage.py runserver 0.0.0.0:8000", "manage.py"), "manage.py": _DJANGO}),
    DevStack("Python, watched", "watchmedo auto-restart", "server.py", {
        "compose.yaml": _service("build: .\ncommand: watchmedo auto-restart -p '*.py' -- python server.py\n"
                                 'volumes: [".:/app"]'),
        "Dockerfile": _python("watchdog", '["python", "server.py"]', "server.py"), "server.py": _PYTHON}),
    DevStack("Go", "entr, which runs go run again", "main.go", {
        "compose.yaml": _service('build: .\nvolumes: [".:/src"]'),
        "Dockerfile": "FROM golang:1.22\nRUN apt-get update && apt-get install -y entr\nWORKDIR /src\n"
                      'COPY go.mod ./\nRUN go mod download\nCOPY . .\nEXPOSE 8000\n'
                      'CMD ls *.go | entr -rn go run main.go\n',
        "go.mod": _MODULE, "main.go": _GO}),
    DevStack("Vite", "vite, which writes below node_modules", "main.js", {
        "compose.yaml": _service('build: .\ncommand: npx vite --host --port 8000\nvolumes: [".:/app", '
                                 '"/app/node_modules"]'),
        "Dockerfile": "FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nCOPY . .\n"
                      'CMD ["npx", "vite", "build"]\n',
        "package.json": '{"name": "web", "version": "1.0.0", "type": "module", '
                        '"devDependencies": {"vite": "^5.4.0"}}\n',
        "index.html": '<script type="module" src="/main.js"></script>\n', "main.js": 'console.log("WORD");\n'},
        path="/main.js"),
    DevStack("PHP", "php -S reads each file again", "public/index.php", {
        "compose.yaml": _service('build: .\nvolumes: ["./public:/var/www/html"]'),
        "Dockerfile": "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y php-cli\n"
                      'WORKDIR /var/www/html\nCOPY public .\nCMD ["php", "-S", "0.0.0.0:8000"]\n',
        "public/index.php": '<?php echo "WORD";\n'}),
    DevStack("nginx with mounted files", "nginx reads each file again", "html/index.html", {
        "compose.yaml": _service('image: nginx:1.27\nvolumes:\n  - ./html:/usr/share/nginx/html\n'
                                 "  - ./site.conf:/etc/nginx/conf.d/default.conf", "80"),
        "site.conf": TEMPORARY + "server { listen 80; root /usr/share/nginx/html; }\n", "html/index.html": "WORD\n"},
        port="80"),
    DevStack("httpd with mounted files", "httpd reads each file again", "htdocs/index.html", {
        "compose.yaml": _service("image: httpd:2.4\ntmpfs: [/run]\nvolumes:\n  - ./htdocs:/usr/local/apache2/htdocs\n"
                                 "  - ./httpd-foreground:/usr/local/bin/httpd-foreground", "80"),
        "httpd-foreground": FOREGROUND, "htdocs/index.html": "WORD\n"}, port="80"),
    DevStack("TypeScript", "tsx watch, in a stage for development", "src/server.ts", {
        "compose.yaml": _service("build:\n  context: .\n  target: dev\nvolumes:\n  - ./src:/app/src"),
        "Dockerfile": "FROM node:20-slim AS base\nWORKDIR /app\nRUN npm install -g tsx\nCOPY src ./src\n\n"
                      "FROM base AS dev\nCMD tsx watch src/server.ts\n\n"
                      'FROM base\nCMD ["tsx", "src/server.ts"]\n',
        "src/server.ts": 'import { createServer } from "node:http";\n'
                         'createServer((_, answer) => answer.end("WORD")).listen(8000);\n'}),
    DevStack("an override for development", "node --watch in compose.override.yaml", "server.js", {
        "compose.yaml": _service("build: ."),
        "compose.override.yaml": "services:\n  web:\n    command: node --watch server.js\n    volumes: [\".:/app\"]\n",
        "Dockerfile": 'FROM node:20-slim\nWORKDIR /app\nCOPY server.js .\nCMD ["node", "server.js"]\n',
        "server.js": _NODE}),
)  # fmt: skip
