"""What add-user sees in RUN instructions, sources, settings of servers and callers, each part by itself."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden
from hardener.errors import Refusal
from hardener.image.setting_files import SettingFiles
from hardener.image.start_scripts import Startup
from hardener.knowledge.servers import server_of
from hardener.knowledge.writing import languages
from hardener.project.builds import Builds, Mount, Service
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.nginx_needs import nginx_needs
from hardener.rules.add_user.root_needs import needs_root_beside_commands
from hardener.rules.add_user.rootless import plan_of
from hardener.rules.add_user.rootless_runs import writes_as_user
from hardener.rules.add_user.rule import AddUser
from hardener.rules.add_user.run_made import made_by_runs
from hardener.rules.add_user.server import Server
from hardener.rules.add_user.shown import unproved
from hardener.rules.add_user.source_writes import Sources, examine
from hardener.rules.add_user.web_servers import web_server
from hardener.rules.add_user.whatever_runs import whatever_runs
from hardener.rules.add_user.writable import needs
from hardener.syntax.dockerfile.nodes import Run
from tests.parts import known, last

HERE, HOME = "tree", "home"
PACKAGE = {"package.json": '{"scripts": {"build": "tsc", "seed": "psql"}}'}


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ("npm ci", {HERE, HOME}), ("npm ci -g x", None), ("npm cache clean --force", {HOME}),
        ("npm run build", {HERE, HOME}),
        ("npm run-script build", {HERE, HOME}), ("npm run seed", None), ("npm run gone", None),
        ("npx tsc", {HERE, HOME}),
        ("cd /etc && npm ci", None), ("cd . && npm ci", {HERE, HOME}), ("cd /app && npm ci", {HERE, HOME}),
        ("cd", None),
        ("cd /app /etc", None), ("chmod 755 bin", {HERE}), ("chmod +x bin/a", {HERE}), ("chmod 755 /etc/x", None),
        ("chmod 755 .", None), ("mkdir data", {HERE}), ("mkdir /data", None), ("rm -rf *", None), ("cp a b", {HERE}),
        ("echo a > b", {HERE}), ("echo a > /dev/null", {HERE}), ("echo a > /etc/b", None), ("echo a", set()),
        ("npm ci 2>&1", {HERE, HOME}), ("make", None), ("npm $X", None), ("yarn --frozen-lockfile", {HERE, HOME}),
    ],
)  # fmt: skip
def test_where_a_run_writes_that_needs_no_root(command: str, where: set[str] | None) -> None:
    model, stage = last("WORKDIR /app", f"RUN {command}", base="node:22")
    run = stage.node.body[-1]
    assert isinstance(run, Run)
    found = writes_as_user(model, stage, run, known(texts=PACKAGE))
    assert found == (None if where is None else frozenset(where))


@pytest.mark.parametrize(
    ("command", "files", "refused"),
    [
        ("touch a.db", ["/app/a.db"], False), ("echo a > a.txt", ["/app/a.txt"], False), ("cat < a.txt", [], False),
        ("echo a >> a.txt", ["/app/a.txt"], False), ("echo a > /dev/null", [], False), ("echo a > /etc/x", [], False),
        ("cp /etc/x a.txt", ["/app/a.txt"], False), ("cp -p /etc/x a.txt", ["/app/a.txt"], False),
        ("cp -f /etc/x /app/", ["/app/x"], False), ("cp -r /etc/x /app/x", [], True), ("cp --x /etc/x a.txt", [], True),
        ("mv /etc/x a.txt", [], True), ("mv /etc/x /etc/y", [], False), ("install /etc/x /etc/y", [], False),
        ("git clone https://x/y", [], True), ("git status", [], False), ("wget -O /etc/x http://x", [], False),
        ("curl -o a.txt http://x", ["/app/a.txt"], False), ("curl http://x", [], False), ("./made", [], True),
        ("cd /etc && touch x", [], False),
    ],
)  # fmt: skip
def test_what_a_run_makes_that_the_program_may_write(command: str, files: list[str], refused: bool) -> None:
    made = made_by_runs(*last("WORKDIR /app", f"RUN {command}"), ("/app",))
    assert [path for paths in made.files.values() for path in paths] == files
    assert (made.refusal.spec if made.refusal else None) == ("U26" if refused else None)


@pytest.mark.parametrize(
    ("name", "text", "needs_root"),
    [
        ("a.go", 'import "github.com/google/gopacket/layers"', True), ("a.go", 'import "fmt"', False),
        ("a.py", "import docker", True), ("a.py", "import os, docker.errors as e", True),
        ("a.py", "import json", False),
        ("a.js", "const x = require('dockerode')", True), ("a.rb", "require 'pcaprub'", True),
        ("a.rs", "use pnet::x;", True),
        ("A.java", "import org.pcap4j.core.X;", True), ("A.cs", "using SharpPcap;", True),
        ("a.py", "open('/dev/mem')", True),
        ("a.py", "socket.SOCK_RAW", True), ("a.py", "'/var/run/docker.sock'", True),
    ],
)  # fmt: skip
def test_sources_that_need_root(name: str, text: str, needs_root: bool) -> None:
    model, stage = last()
    texts = ContextTexts(known(texts={name: f"{text}\n"}))
    refusal = needs_root_beside_commands(model, stage, texts, sources=True)
    assert (refusal.spec if refusal else None) == ("U20" if needs_root else None)
    assert needs_root_beside_commands(model, stage, texts, sources=False) is None


def test_a_library_with_the_name_of_an_own_module_needs_no_root() -> None:
    model, stage = last()
    texts = ContextTexts(known(texts={"a.py": "import docker\n", "docker.py": ""}))
    assert needs_root_beside_commands(model, stage, texts, sources=True) is None


@pytest.mark.parametrize(
    "beside", ["b.js", "b.mjs", "b.cjs", "b.ts", "b/index.js", "b/index.ts", "b/index.mjs", "b/index.cjs", "b.txt"]
)
def test_a_source_of_the_program_is_imported(beside: str) -> None:
    found = unproved("node", "a.ts", "import x from './b'", frozenset({"a.ts", beside}), "")
    assert found == (None if beside != "b.txt" else "./b")


def examined(language: str, texts: dict[str, str | bytes]) -> Sources:
    """Return what the sources of a language show."""
    found = examine(next(each for each in languages() if each.name == language), "", known(texts=texts))
    assert found is not None
    return found


def test_bytes_that_are_no_text_in_a_source() -> None:
    found = examined("python", {"a.py": b"# \xff\nopen('/data/x', 'w')\n"})
    assert (found.read, found.writes) == (1, "a.py: open('/data/x', 'w")


@pytest.mark.parametrize(
    ("language", "manifest", "package", "folders", "seen"),
    [
        ("go", "go.mod", "go.etcd.io/bbolt", 3, True), ("go", "go.mod", "go.etcd.io/bbolt", 4, False),
        ("jvm", "pom.xml", "h2", 8, True), ("jvm", "pom.xml", "h2", 9, False),
        ("node", "package.json", "sqlite3", 3, True), ("node", "package.json", "sqlite3", 4, False),
    ],
)  # fmt: skip
def test_how_deep_manifests_lie(language: str, manifest: str, package: str, folders: int, seen: bool) -> None:
    name = "a/" * folders + manifest
    found = examined(language, {name: f'{{"x": "{package}"}}\n'})
    assert (found.writes is not None) == seen


NGINX = server_of(image) if (image := last(base="nginx:1.29")[1].image) else None


@pytest.mark.parametrize(
    ("settings", "files", "doubt"),
    [
        ("pid off;", [], False), ("pid /run/n.pid;", ["/run/n.pid"], False), ("", ["/run/nginx.pid"], False),
        ("pid /opt/n/n.pid;", [], False), ("pid logs/n.pid;", [], True), ("user other;", ["/run/nginx.pid"], True),
    ],
)  # fmt: skip
def test_what_the_settings_of_nginx_need(settings: str, files: list[str], doubt: bool) -> None:
    assert NGINX is not None
    model, stage = last(base="nginx:1.29")
    out = Server(NGINX, ("nginx", "-g", "daemon off;"))
    texts = {NGINX.main: f"{settings}\nhttp {{ server {{ listen 80; }} }}\n"}
    assert nginx_needs(model, stage, out, SettingFiles(dict(texts)), known()) is None
    assert (out.files, bool(out.doubt), out.ports) == (files, doubt, [80])


@pytest.mark.parametrize(
    ("target", "is_bind", "spec"),
    [
        ("/run", True, "U13"), ("/var", True, "U13"), ("/var/cache/nginx", True, "U13"), ("/srv", True, None),
        ("/run", False, None), ("/srv", False, None),
    ],
)  # fmt: skip
def test_what_is_mounted_over_a_server(target: str, is_bind: bool, spec: str | None) -> None:
    assert NGINX is not None
    model, stage = last(base="nginx:1.29")
    service = Service("compose.yaml", context=".", volumes=(Mount("x", target, is_bind=is_bind),))
    found = web_server(model, stage, NGINX, Startup(programs=[("nginx", "-g", "daemon off;")]), known(service))
    assert (found.spec if isinstance(found, Refusal) else None) == spec


@pytest.mark.parametrize(("base", "advised"), [("nginx:1.29", True), ("postgres:17", False)])
def test_which_image_to_take_instead_of_one_that_changes_users(base: str, advised: bool) -> None:
    model, stage = last(base=base)
    assert stage.image is not None
    refusal = whatever_runs(model, stage, stage.image, known(), is_served=False)
    assert refusal is not None
    assert (refusal.spec, "nginx-unprivileged" in (refusal.allow or "")) == ("U08", advised)


def test_an_image_with_the_name_of_a_base() -> None:
    model, stage = last('CMD ["node", "a.js"]', base="node:22")
    assert stage.image is not None
    refusal = whatever_runs(model, stage, stage.image, known(base="base/Dockerfile"), is_served=False)
    assert refusal is not None
    assert refusal.spec == "U22"
    assert whatever_runs(model, stage, stage.image, known(), is_served=False) is None


@pytest.mark.parametrize(
    ("workdir", "mode", "spec", "tree"),
    [
        ("/etc", 0o600, "U07", None),
        ("/etc", 0o644, None, None),
        ("/app", 0o600, None, "/app"),
        ("/app", 0o644, None, None),
    ],
)
def test_sources_that_only_their_owner_can_read(workdir: str, mode: int, spec: str | None, tree: str | None) -> None:
    model, stage = last(f"WORKDIR {workdir}", "COPY a.py .", 'CMD ["python", "a.py"]', base="python:3.13")
    texts = ContextTexts(known(texts={"a.py": "print(1)\n"}, mode=mode))
    found = needs(model, stage, Startup(programs=[("python", "a.py")]), texts)
    assert (found.spec if isinstance(found, Refusal) else None) == spec
    assert (found.tree if isinstance(found, Needs) else None) == tree


def test_each_folder_is_given_once_in_the_order_of_what_asks_for_it() -> None:
    lines = ("RUN mkdir -p /srv/logs /tmp/a/cache", "VOLUME /data /tmp/a/cache /tmp/a/cache", "WORKDIR /app")
    model, stage = last(*lines, "COPY a.py .", base="python:3.13")
    found = needs(model, stage, Startup(programs=[("python", "a.py")]), ContextTexts(known(texts={"a.py": "x()\n"})))
    assert isinstance(found, Needs)
    assert found.folders == ["/tmp/a/cache", "/srv/logs", "/data"]


def told(text: str, *services: Service) -> str:
    """Return what add-user says of a file."""
    chosen = Options(level=Safety.UNSAFE, select=frozenset({"add-user"}), find_builds=lambda: Builds(services=services))
    result = harden(text, options=chosen)
    return "\n".join(f"{finding.message}; {finding.refusal}" for finding in result.findings)


def test_an_unknown_image_is_roots_where_the_file_says_so() -> None:
    assert "runs as root" in told("FROM example.com/a\nUSER root\n")
    assert "may run as root" in told("FROM example.com/a\n")


def test_which_stage_copies_from_an_image() -> None:
    first = "FROM debian:12 AS a\nCMD /a\n"
    second, third = "FROM debian:12 AS b\nCMD /b\n", "FROM debian:12 AS c\nCOPY --from=a /x /x\nCMD /c\n"
    built = told(first + second + third, Service("compose.yaml", context=".", target="a"))
    assert "the stage c copies from this stage" in built


def test_why_no_user_is_needed() -> None:
    assert AddUser.unneeded(last("USER 1000")[1]) == "none is needed: the image runs as 1000"
    assert "Windows" in AddUser.unneeded(last(base="mcr.microsoft.com/windows/nanoserver:ltsc2022")[1])


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("COPY etc /etc", "U19"), ("COPY etc /etc/", "U19"), ("COPY . /", "U19"), ("COPY app.py /etc/", None),
        ("COPY etc /opt/etc", None), ("COPY --from=alpine / /", "U19"), ("COPY --from=alpine /etc /etc", "U19"),
    ],
)  # fmt: skip
def test_accounts_that_a_copy_brings(line: str, spec: str | None) -> None:
    lines = ("RUN adduser -S worker", "WORKDIR /app", "COPY app.py .", line, 'CMD ["python3", "app.py"]')
    found = plan_of(*last(*lines, base="python:3.12-alpine"), known(texts={"app.py": "", "etc/passwd": ""}))
    assert (found.spec if isinstance(found, Refusal) else None) == spec
