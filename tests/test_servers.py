"""Settings of web servers: how they are read, what a file leaves of them, and what is mounted over them."""

from __future__ import annotations

import pytest

from hardener.image.model import Model
from hardener.image.setting_files import SettingFiles, settings_below
from hardener.project.apache_settings import read_apache
from hardener.project.build_definitions import read_builds
from hardener.project.callers.docker_commands import read_command
from hardener.project.context import Files
from hardener.project.context_tree import ContextFile, ContextTree
from hardener.project.nginx_settings import Directive, read_nginx, with_includes
from hardener.rules.base import Lookup
from hardener.syntax.dockerfile.parser import parse

MAIN, SITE = "/etc/nginx/nginx.conf", "/etc/nginx/conf.d/default.conf"
STOCK = {MAIN: "http { include conf.d/*.conf; include mime.types; }", SITE: "server { listen 80; }"}
TREE = ContextTree(("a.conf", "closed.conf", "conf/b.conf", "conf/c.conf", "conf.tar.gz"))
ANSWERS = {
    Lookup("tree", ""): TREE,
    **{Lookup("text", name): f"# {name}\n" for name in TREE.paths},
    **{
        Lookup("file", name): ContextFile(name, b"", 0o600 if name == "closed.conf" else 0o644, 9, False)
        for name in TREE.paths
    },
}


def settings(*lines: str, known: bool = True) -> SettingFiles:
    model = Model(parse("\n".join(("FROM nginx:1.29", *lines, ""))))
    return settings_below(model, model.stages[-1], ("/etc/nginx",), STOCK, Files(ANSWERS if known else {}))


def names(directives: tuple[Directive, ...]) -> list[str]:
    return [" ".join((one.name, *one.arguments)) for top in directives for one in top.every()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user nginx; # who\npid /run/a.pid;", ["user nginx", "pid /run/a.pid"]),
        ("http{server{listen 80;}}", ["http", "server", "listen 80"]),
        ('log_format x \'{"a": "$b"; }\';', ['log_format x {"a": "$b"; }']),
        ("map $a $b { default 1; ~^/(x|y) 2; }", ["map $a $b", "default 1", "~^/(x|y) 2"]),
        ("listen ${PORT};", ["listen ${PORT}"]),
        ('location ~ "^/a{2}$" { return 200 "a\\"b"; }', ["location ~ ^/a{2}$", 'return 200 a\\"b']),
        ("", []),
    ],
)
def test_directives_of_nginx(text: str, expected: list[str]) -> None:
    found = read_nginx(text)
    assert found is not None
    assert names(found) == expected


@pytest.mark.parametrize(
    "text", ["server {", "listen 80", "}", "{ }", 'return "a;', "content_by_lua_block { x = '}' }", "a { b }"]
)
def test_what_is_no_settings_of_nginx(text: str) -> None:
    assert read_nginx(text) is None


def test_includes_are_put_in() -> None:
    found = with_includes(MAIN, STOCK, frozenset({"/etc/nginx/mime.types"}))
    assert names(found.directives) == ["http", "server", "listen 80"]
    assert (found.files, found.unknown) == ([MAIN, SITE], [])


def test_an_include_that_is_not_known() -> None:
    assert with_includes(MAIN, STOCK, frozenset()).unknown == ["/etc/nginx/mime.types"]
    assert with_includes(MAIN, {MAIN: "include nginx.conf;"}, frozenset()).unknown == [MAIN]
    assert with_includes(MAIN, {MAIN: "include x.d/*.conf;"}, frozenset()).unknown == []


def test_directives_of_apache() -> None:
    text = 'Listen 80\n  # Listen 81\n<IfModule a>\n  PidFile "/run/a b.pid"\n</IfModule>\nCustomLog \\\n  "|tee" x\n'
    assert list(read_apache(text)) == [
        ("listen", ("80",)),
        ("pidfile", ("/run/a b.pid",)),
        ("customlog", ("|tee", "x")),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY a.conf /etc/nginx/conf.d/default.conf", {SITE: "# a.conf\n"}),
        ("COPY a.conf /etc/nginx/conf.d", {"/etc/nginx/conf.d/a.conf": "# a.conf\n"}),
        ("COPY conf /etc/nginx/conf.d", {"/etc/nginx/conf.d/b.conf": "# conf/b.conf\n"}),
        ("RUN rm -f /etc/nginx/conf.d/*", {SITE: "absent"}),
        ("RUN mv /etc/nginx/conf.d/default.conf /etc/nginx/conf.d/x.conf", {SITE: "absent"}),
        ("RUN sed -i 's/html/www/' /etc/nginx/conf.d/default.conf", {SITE: STOCK[SITE]}),
        ("RUN sed -i 's/80/8080/' /etc/nginx/conf.d/*.conf", {SITE: None, MAIN: STOCK[MAIN]}),
        ("RUN echo 'listen 81;' > /etc/nginx/conf.d/default.conf", {SITE: "\nlisten 81;"}),
        ("RUN echo listen 81\\; >> /etc/nginx/conf.d/default.conf", {SITE: STOCK[SITE] + "\nlisten 81;"}),
        ("RUN echo $A > /etc/nginx/conf.d/default.conf", {SITE: None}),
        ("RUN chmod 644 /etc/nginx/nginx.conf && nginx -t", {MAIN: STOCK[MAIN]}),
    ],
)
def test_what_a_file_leaves_of_the_settings(line: str, expected: dict[str, str | None]) -> None:
    found = settings(line)
    assert found.doubt == ""
    assert {path: found.texts.get(path, "absent") for path in expected} == expected


@pytest.mark.parametrize(
    "line",
    [
        "COPY --from=web / /",
        "COPY --from=web /etc/nginx /etc/nginx",
        "COPY --from=web /srv/conf /etc/nginx/conf.d/",
        "ADD conf.tar.gz /etc/nginx/",
        "COPY $A /etc/nginx/nginx.conf",
        "RUN cd /etc/nginx && rm nginx.conf",
        "RUN D=/etc/nginx && rm $D/nginx.conf",
        "RUN python3 configure.py /etc/nginx/nginx.conf",
        "RUN ln -s /srv/a.conf /etc/nginx/conf.d/a.conf",
        "RUN cat a | tee /etc/nginx/nginx.conf",
        "ADD https://example.org/a.conf /etc/nginx/conf.d/a.conf",
    ],
)
def test_what_cannot_be_told_of_the_settings(line: str) -> None:
    assert settings(line).doubt != ""


def test_settings_without_the_build_context() -> None:
    assert "without the build context" in settings("COPY a.conf /etc/nginx/nginx.conf", known=False).doubt


def test_settings_that_only_their_owner_reads() -> None:
    assert settings("COPY closed.conf /etc/nginx/conf.d/").closed == "closed.conf"
    assert settings("COPY closed.conf /srv/").closed == ""


def test_what_compose_mounts_to_be_read() -> None:
    text = (
        "services:\n  web:\n    build: .\n    configs: [one, {source: two, target: /etc/two}]\n    volumes:\n"
        "      - ./a:/a:ro\n      - ./b:/b\n      - {type: bind, source: ./c, target: /c, read_only: true}\n"
    )
    service = read_builds("compose.yaml", text).services[0]
    assert service.read_only == ("/a", "/c", "/one", "/etc/two")
    assert [mount.target for mount in service.volumes] == ["/b"]


def test_what_docker_run_mounts_to_be_read() -> None:
    found = read_command("Makefile", ("docker", "run", "-v", "./a:/a:ro", "-v", "b:/b", "app"))
    assert found is not None
    assert found.read_only == ("/a",)
