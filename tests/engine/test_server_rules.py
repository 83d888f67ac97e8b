"""add-user on web servers against a real engine: before and after they answer the same, and stop as quickly.

The images here are stand-ins of Debian packages: their nginx has other folders for temporary files built in than the
official one, so the settings name those of the official one; PHP is put together as the official image does it.
"""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_version")]

COMPOSE = "services:\n  web:\n    build: .\n    ports: ['8080:80']\n"
NGINX = """\
user nginx;
pid /var/run/nginx.pid;
error_log /var/log/nginx/error.log notice;
events { worker_connections 64; }
http {
    include /etc/nginx/mime.types;
    access_log /var/log/nginx/access.log;
    client_body_temp_path /var/cache/nginx/client_temp;
    proxy_temp_path /var/cache/nginx/proxy_temp;
    fastcgi_temp_path /var/cache/nginx/fastcgi_temp;
    uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
    scgi_temp_path /var/cache/nginx/scgi_temp;
    client_body_buffer_size 1k;
    client_max_body_size 8m;
    include /etc/nginx/conf.d/*.conf;
}
"""
SPA = """\
server {
    listen 8080;
    root /usr/share/nginx/html;
    location / { try_files $uri $uri/ /index.html; }
}
"""
PROXY = """\
proxy_cache_path /var/cache/nginx/pages keys_zone=pages:1m;
server {
    listen 8080;
    location / { proxy_pass http://127.0.0.1:8081; proxy_cache pages; proxy_cache_valid 200 1m; }
}
server {
    listen 127.0.0.1:8081;
    location / { client_body_in_file_only clean; proxy_pass http://127.0.0.1:8082; }
}
server { listen 127.0.0.1:8082; return 200 "behind $request_method"; }
"""
PHP_BASE = """\
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends apache2 libapache2-mod-php
ENV APACHE_CONFDIR=/etc/apache2 APACHE_ENVVARS=/etc/apache2/envvars
RUN sed -ri 's/^export ([^=]+)=(.*)$/: ${\\1:=\\2}\\nexport \\1/' "$APACHE_ENVVARS"; . "$APACHE_ENVVARS"; \\
    for dir in "$APACHE_LOCK_DIR" "$APACHE_RUN_DIR" "$APACHE_LOG_DIR" "$APACHE_RUN_DIR/socks"; do \\
    rm -rf "$dir"; mkdir -p "$dir"; chown www-data:www-data "$dir"; chmod 1777 "$dir"; done; \\
    ln -sfT /dev/stderr "$APACHE_LOG_DIR/error.log"; ln -sfT /dev/stdout "$APACHE_LOG_DIR/access.log"; \\
    ln -sfT /dev/stdout "$APACHE_LOG_DIR/other_vhosts_access.log"; rm -rf /var/www/html/*; chmod 1777 /var/www/html
RUN printf '#!/bin/sh\\nset -e\\n. "$APACHE_ENVVARS"\\nrm -f "$APACHE_PID_FILE"\\nexec apache2 -DFOREGROUND\\n' \\
    > /usr/local/bin/apache2-foreground && chmod 755 /usr/local/bin/apache2-foreground
RUN printf '#!/bin/sh\\nexec "$@"\\n' > /usr/local/bin/docker-php-entrypoint && \\
    chmod 755 /usr/local/bin/docker-php-entrypoint
WORKDIR /var/www/html
EXPOSE 80
STOPSIGNAL SIGWINCH
ENTRYPOINT ["docker-php-entrypoint"]
CMD ["apache2-foreground"]
"""
UPLOAD = """\
<?php
if ($_SERVER["REQUEST_METHOD"] === "POST") {
    file_put_contents("up/" . basename($_GET["name"]), file_get_contents("php://input"));
}
echo "uid " . posix_getuid() . " has " . implode(",", array_diff(scandir("up"), [".", ".."]));
"""


class Served:
    """A running container and the Dockerfile that it was built from."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def uids(self) -> set[str]:
        """Return the numeric users of all processes."""
        return set(docker("top", self.name, "-eo", "pid,uid").split()[3::2])

    def ask(self, path: str = "/", *, port: int, body: bytes | None = None) -> tuple[int, str]:
        """Return status and text of an answer, trying for ten seconds."""
        host = docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", self.name).strip()
        for _ in range(40):
            try:
                with urllib.request.urlopen(f"http://{host}:{port}{path}", body, timeout=5) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, ""
            except OSError:
                time.sleep(0.25)
        logs = subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=False)
        return 0, logs.stdout + logs.stderr

    def stop(self) -> tuple[float, int]:
        """Stop it; return how long that took, and its exit code."""
        begin = time.monotonic()
        docker("stop", self.name)
        took = time.monotonic() - begin
        return took, int(docker("inspect", "-f", "{{.State.ExitCode}}", self.name))

    def start_again(self) -> None:
        """Start the stopped container, with all that it wrote."""
        docker("start", self.name)


Serve = Callable[..., tuple[Served, Served]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Build and start a Dockerfile as it is, and as add-user makes it by default; the compose file is evidence."""
    made: list[str] = []

    def started(text: str) -> Served:
        name = f"harden-servers-{os.getpid()}-{len(made)}"
        (tmp_path / "Dockerfile").write_text(text)
        host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
        build = ["docker", "build", "-q", *host, "-t", name, str(tmp_path)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, text + done.stderr[-2000:]
        made.append(name)
        assert docker("run", "-d", "--name", name, name)
        return Served(name, text)

    def both(text: str, files: dict[str, str]) -> tuple[Served, Served]:
        for name, body in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(body)
        chosen = Options(
            level=Safety.HARDENING,
            select=frozenset({"add-user"}),
            resolve=BuildContext(tmp_path),
            find_builds=lambda: builds_of(tmp_path),
        )
        result = harden(text, options=chosen)
        assert result.faults == ()
        return started(text), started(result.code)

    yield both
    for name in made:
        docker("rm", "-fv", name)
        docker("image", "rm", "-f", name)


@pytest.fixture(scope="module")
def php() -> Iterator[str]:
    """An image laid out like the official one with Apache, under its name."""
    name = "php:8.2-apache"
    host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
    build = ["docker", "build", "-q", *host, "-t", name, "-"]
    done = subprocess.run(build, input=PHP_BASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    yield name
    docker("image", "rm", "-f", name)


def test_a_static_site_on_port_80(serve: Serve) -> None:
    before, after = serve(
        "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY dist /usr/share/nginx/html\n",
        {"nginx.conf": NGINX, "dist/index.html": "hello", "compose.yaml": COMPOSE},
    )
    assert "USER 101:101" in after.text
    assert before.ask(port=80) == after.ask(port=80) == (200, "hello")
    assert before.ask("/none", port=80)[0] == after.ask("/none", port=80)[0] == 404
    assert "0" in before.uids()
    assert after.uids() == {"101"}
    # what the entry point of the official image does to listen on IPv6 too, and `nginx -s reload`
    conf = "/etc/nginx/conf.d/default.conf"
    assert (
        docker("exec", after.name, "sh", "-c", f"touch {conf} && sed -i 's,80;,80; ,' {conf} && echo done") == "done\n"
    )
    assert docker("exec", after.name, "sh", "-c", "nginx -s reload && echo done") == "done\n"
    assert after.ask(port=80) == (200, "hello")
    assert after.stop()[1] == before.stop()[1] == 0
    after.start_again()
    assert after.ask(port=80) == (200, "hello")


def test_a_single_page_app(serve: Serve) -> None:
    before, after = serve(
        "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY spa.conf /etc/nginx/conf.d/default.conf\n"
        'COPY dist /usr/share/nginx/html\nEXPOSE 8080\nCMD ["nginx", "-g", "daemon off;"]\n',
        {"nginx.conf": NGINX, "spa.conf": SPA, "dist/index.html": "app", "dist/a.txt": "a"},
    )
    assert "USER 101:101" in after.text
    assert "conf.d" not in after.text.split("RUN")[1]
    for path in ("/", "/deep/route", "/a.txt"):
        assert before.ask(path, port=8080) == after.ask(path, port=8080)
    assert after.ask("/deep/route", port=8080) == (200, "app")
    assert after.uids() == {"101"}
    took, code = after.stop()
    assert code == 0
    assert took < before.stop()[0] + 3


def test_a_reverse_proxy_with_a_cache_and_large_bodies(serve: Serve) -> None:
    before, after = serve(
        "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY proxy.conf /etc/nginx/conf.d/default.conf\n",
        {"nginx.conf": NGINX, "proxy.conf": PROXY},
    )
    assert "USER 101:101" in after.text
    body = b"x" * 300_000
    assert before.ask(port=8080) == after.ask(port=8080) == (200, "behind GET")
    assert before.ask(port=8080, body=body) == after.ask(port=8080, body=body) == (200, "behind POST")
    assert docker("exec", after.name, "sh", "-c", "find /var/cache/nginx/pages -type f | wc -l").strip() == "1"
    assert after.uids() == {"101"}


def test_php_that_writes_an_upload(serve: Serve, php: str) -> None:
    before, after = serve(
        f"FROM {php}\nCOPY . /var/www/html\nRUN mkdir up && chown www-data:www-data up\n",
        {"index.php": UPLOAD, "compose.yaml": COMPOSE},
    )
    assert "USER 33:33" in after.text
    for app in (before, after):
        assert app.ask(port=80) == (200, "uid 33 has ")
        assert app.ask("/?name=cat.txt", port=80, body=b"meow") == (200, "uid 33 has cat.txt")
        assert docker("exec", app.name, "cat", "/var/www/html/up/cat.txt") == "meow"
    assert "0" in before.uids()
    assert after.uids() == {"33"}
    assert after.stop()[1] == before.stop()[1]
    after.start_again()
    assert after.ask(port=80) == (200, "uid 33 has cat.txt")
