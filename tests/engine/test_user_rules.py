"""add-user and copy-chmod-chown against a real engine: who PID 1 is, that it serves, and that it can write."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_version")]

NODE = """\
const http = require("http"), fs = require("fs");
http.createServer((q, r) => { %s r.end("uid " + process.getuid()); }).listen(3000);
"""
PYTHON = """\
import http.server, os
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("/data/hits", "a") as f:
            f.write("x")
        self.send_response(200); self.end_headers(); self.wfile.write(b"uid %d" % os.getuid())
http.server.HTTPServer(("", 8000), H).serve_forever()
"""
ASK_NODE = ("node", "-e", "fetch('http://127.0.0.1:3000/').then(r => r.text()).then(console.log)")
ASK_PYTHON = (
    "python3", "-c", "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/').read().decode())",
)  # fmt: skip


class Container:
    """A running container."""

    def __init__(self, name: str) -> None:
        self.name = name

    def uid(self) -> str:
        """Return the numeric user of PID 1."""
        return docker("top", self.name, "-eo", "pid,uid").split()[3]

    def ask(self, *argv: str) -> str:
        """Return what a command inside prints, trying for ten seconds."""
        for _ in range(40):
            done = subprocess.run(["docker", "exec", self.name, *argv], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.strip()
            time.sleep(0.25)
        logs = subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=False)
        return done.stderr + logs.stdout + logs.stderr


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Callable[..., tuple[str, Container]]]:
    """Harden a Dockerfile in a build context, build and start it; return the new text and the container."""
    made: list[str] = []

    def start(
        text: str, files: dict[str, str] | None = None, *, level: Safety = Safety.HARDENING, rule: str = "add-user",
        options: tuple[str, ...] = (),
    ) -> tuple[str, Container]:  # fmt: skip
        for name, body in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(body)
        chosen = Options(level=level, select=frozenset({rule}), resolve=BuildContext(tmp_path))
        result = harden(text, options=chosen)
        assert result.faults == ()
        (tmp_path / "Dockerfile").write_text(result.code)
        name = f"harden-users-{os.getpid()}-{len(made)}"
        host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
        build = ["docker", "build", "-q", *host, "-t", name, str(tmp_path)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, result.code + done.stderr[-2000:]
        made.append(name)
        run = ["docker", "run", "-d", "--name", name, *options, name]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return result.code, Container(name)

    yield start
    for name in made:
        docker("rm", "-fv", name)
        docker("image", "rm", "-f", name)


def test_node_keeps_its_code_read_only_where_it_writes_nothing(harness):
    text, app = harness(
        'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n', {"server.js": NODE % ""}
    )
    assert "USER 1000:1000" in text
    assert "--chown" not in text
    assert app.ask(*ASK_NODE) == "uid 1000"
    assert app.uid() == "1000"
    assert app.ask("sh", "-c", "test -w /app || echo closed") == "closed"


def test_node_that_writes_gets_its_folder(harness):
    text, app = harness(
        'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
        {"server.js": NODE % 'fs.appendFileSync("new/notes.txt", "x"); fs.mkdirSync("y", {recursive: true});',
         "new/notes.txt": "old"},
    )  # fmt: skip
    assert "COPY --chown=1000:1000 . ." in text
    assert app.ask(*ASK_NODE) == "uid 1000"
    assert app.ask("cat", "/app/new/notes.txt") == "oldx"


def test_without_its_folder_it_would_fail(harness):
    """What the careless rewrite does: the same server with nothing but USER."""
    text = 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nUSER 1000\nCMD ["node", "server.js"]\n'
    _, app = harness(text, {"server.js": NODE % 'fs.appendFileSync("notes.txt", "x");'})
    assert "EACCES" in app.ask(*ASK_NODE)


def test_python_with_a_volume(harness):
    text, app = harness(
        'FROM python:3.11-slim\nWORKDIR /app\nCOPY app.py .\nVOLUME /data\nCMD ["python3", "app.py"]\n',
        {"app.py": PYTHON},
        options=("-v", "/data"),
    )
    assert text.index("chown 10001:10001") < text.index("VOLUME")
    assert app.ask(*ASK_PYTHON) == "uid 10001"
    assert app.uid() == "10001"
    assert app.ask("cat", "/data/hits") == "x"
    assert app.ask("sh", "-c", "echo $HOME; id -un; touch ~/.cache && echo written").split() == [
        "/home/app", "app", "written",
    ]  # fmt: skip


def test_debian_with_a_folder_of_logs_and_a_script(harness):
    text, app = harness(
        'FROM debian:trixie-slim\nRUN mkdir -p /var/log/job\nCOPY run.sh /opt/job/\nCMD ["sh", "/opt/job/run.sh"]\n',
        {"run.sh": "echo started >> /var/log/job/out.log\nexec sleep 600\n"},
        level=Safety.UNSAFE,
    )
    assert "/var/log/job" in text.split("useradd")[1]
    assert app.ask("cat", "/var/log/job/out.log") == "started"
    assert app.uid() == "10001"


def test_a_script_that_needs_root_is_left_alone(harness):
    text = (
        'FROM debian:trixie-slim\nCOPY run.sh /usr/local/bin/\nENTRYPOINT ["sh", "/usr/local/bin/run.sh"]\n'
        'CMD ["sleep", "600"]\n'
    )
    code, app = harness(text, {"run.sh": 'mkdir -p /data && chown nobody /data\nexec "$@"\n'}, level=Safety.UNSAFE)
    assert code == text
    assert app.uid() == "0"


def test_nginx_unprivileged_is_left_alone(harness):
    text = "FROM nginxinc/nginx-unprivileged\nCOPY index.html /usr/share/nginx/html/\n"
    code, app = harness(text, {"index.html": "hello\n"}, level=Safety.UNSAFE)
    assert code == text
    assert app.uid() == "101"


def test_distroless(harness):
    text, app = harness(
        'FROM gcr.io/distroless/nodejs20-debian12\nCOPY server.js /app/\nCMD ["/app/server.js"]\n',
        {"server.js": NODE % ""},
    )
    assert "USER 65532:65532" in text
    assert app.ask("/nodejs/bin/node", *ASK_NODE[1:]) == "uid 65532"


def test_files_that_only_their_owner_can_read(harness, tmp_path):
    """A checkout under umask 077: the copied sources become those of the user (U07)."""
    (tmp_path / "server.js").write_text(NODE % "")
    (tmp_path / "server.js").chmod(0o600)
    text, app = harness('FROM node:20-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n')
    assert "--chown=1000:1000" in text
    assert app.ask(*ASK_NODE) == "uid 1000"


def test_a_name_becomes_its_number_and_keeps_its_groups(harness):
    before = (
        "FROM debian:trixie-slim\nRUN groupadd -g 7000 extra && useradd -u 4001 -G extra web\n"
        'USER web\nCMD ["sleep", "600"]\n'
    )
    text, app = harness(before)
    assert "USER 4001\n" in text
    assert app.uid() == "4001"
    assert "7000(extra)" in app.ask("id")


def test_copy_with_flags_leaves_the_files_as_the_runs_did(harness, tmp_path):
    """Mode and owner of every file, by stat, before and after copy-chmod-chown; with one layer less each."""
    text = (
        "FROM node:20-slim\nWORKDIR /srv/app\n"
        "COPY start .\nRUN chmod +x start\n"
        "COPY a.conf b.conf /etc/\n"
        "RUN chmod u=rw,go-rwx /etc/a.conf /etc/b.conf && chown node /etc/a.conf /etc/b.conf\n"
        "COPY --link c.js /c.js\nRUN chown node:node /c.js; true\n"
        'CMD ["sleep", "600"]\n'
    )
    files = dict.fromkeys(("start", "a.conf", "b.conf", "c.js"), "x\n")
    stat = ("stat", "-c", "%n %a %u:%g", "/srv/app", "/srv/app/start", "/etc", "/etc/a.conf", "/etc/b.conf", "/c.js")
    same, before = harness(text, files, rule="add-init", level=Safety.SAFE)
    assert same == text
    code, after = harness(text, rule="copy-chmod-chown", level=Safety.SAFE)
    assert "COPY --chmod=600 --chown=node:0 a.conf b.conf /etc/" in code
    assert "COPY --link --chown=1000:1000 c.js /c.js" in code
    assert "chmod +x" not in code
    assert after.ask(*stat) == before.ask(*stat)


GO = """\
package main

import ("fmt"; "log"; "net/http"; "os")

func main() {
	page, err := os.ReadFile("page.txt")
	if err != nil { log.Fatal(err) }
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s uid %d", page, os.Getuid())
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
"""
JAVA = """\
package shop;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

public class App {
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", exchange -> {
            byte[] body = Files.readString(Path.of("/proc/self/status")).lines()
                .filter(line -> line.startsWith("Uid:")).findFirst().orElse("").getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
"""
#: stands for Maven, which needs a repository of libraries
MVNW = "mkdir -p target/classes && javac -d target/classes $(find src -name '*.java')\n"
MVNW += "jar --create --file target/app.jar --main-class shop.App -C target/classes .\n"


def needs_images(*names: str) -> None:
    """Skip where the registry of the tests has not made an image on demand."""
    for name in names:
        if not docker("pull", "-q", name):
            pytest.skip(f"there is no {name} in the registry of the tests")


def answer(app: Container, port: int) -> str:
    """Return what a container without a shell answers, trying for ten seconds."""
    from urllib.request import urlopen

    address = docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", app.name).strip()
    for _ in range(40):
        try:
            with urlopen(f"http://{address}:{port}/", timeout=2) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.25)
    return docker("logs", app.name)


def test_go_that_only_reads_in_an_image_without_a_shell(harness):
    needs_images("golang:1.22", "gcr.io/distroless/static-debian12")
    text, app = harness(
        "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/server .\n\n"
        "FROM gcr.io/distroless/static-debian12\nWORKDIR /app\nCOPY --from=build /out/server ./server\n"
        'COPY page.txt .\nENTRYPOINT ["/app/server"]\n',
        {"main.go": GO, "go.mod": "module example.com/shop\n\ngo 1.21\n", "page.txt": "shop"},
    )
    assert "USER 65532:65532" in text
    assert "--chown" not in text
    assert answer(app, 8080) == "shop uid 65532"
    assert app.uid() == "65532"


def test_java_at_the_root(harness):
    needs_images("eclipse-temurin:17-jdk", "eclipse-temurin:17-jre")
    text, app = harness(
        "FROM eclipse-temurin:17-jdk AS build\nWORKDIR /src\nCOPY . .\nRUN sh ./mvnw package\n\n"
        "FROM eclipse-temurin:17-jre\nCOPY --from=build /src/target/app.jar /app.jar\n"
        'CMD ["java", "-jar", "/app.jar"]\n',
        {"mvnw": MVNW, "pom.xml": "<project><artifactId>app</artifactId></project>\n",
         "src/main/java/shop/App.java": JAVA},
    )  # fmt: skip
    assert "USER 10001:10001" in text
    assert "--chown" not in text
    assert answer(app, 8080).split()[:2] == ["Uid:", "10001"]
