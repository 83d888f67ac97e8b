"""Stacks of compose files, started as found and as harden leaves them: healthy, serving, and what is seen from inside.

python -m tests.benchmarks.stacks [NAME …]  starts them with the engine at DOCKER_HOST, and writes stacks.json
python -m tests.benchmarks.examples --render  writes the page
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.real_stacks import REAL, RealStack
from tests.benchmarks.stack_run import Data, project, seen, write

DATA = Path(__file__).parent / "stacks.json"
#: what the engine gives a container, by number
NAMES = {0: "CHOWN", 1: "DAC_OVERRIDE", 3: "FOWNER", 5: "KILL", 6: "SETGID", 7: "SETUID", 8: "SETPCAP",
         10: "NET_BIND_SERVICE"}  # fmt: skip
#: of every capability that Docker gives
DEFAULT = 0xA80425FB
NODE = 'FROM node:20-slim\nWORKDIR /srv\nCOPY s.js .\nUSER 10001\nCMD ["node", "s.js"]\n'
HELLO = 'require("http").createServer((_, a) => a.end("hi")).listen(8080)\n'
CONNECT = (
    'const net = require("net");\nrequire("http").createServer((_, answer) => {\n'
    '  const other = net.connect(PORT, "HOST", () => { other.end(); answer.end("connected"); });\n'
    '  other.on("error", (error) => { answer.statusCode = 500; answer.end(String(error)); });\n}).listen(8080);\n'
)
API = 'services:\n  api:\n    build: ./api\n    ports: ["127.0.0.1::8080"]\n'
REDIS = Data("cache", "redis-cli set kept yes && redis-cli save", "redis-cli get kept", "yes")
POSTGRES = Data("db", "psql -qU postgres -c \"create table t as select 'kept' as name\"",
                'psql -AtU postgres -c "select name from t"', "kept")  # fmt: skip
DB = "  db:\n    image: postgres:15\n"
#: the engine's nginx is Debian's, which keeps these folders elsewhere than the official image
TEMPORARY = "".join(
    f"{name}_temp_path /var/cache/nginx/{name}_temp;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)
#: the service of the article, with its address and its image changed, and a port
GATEWAY = """\
services:
  api:
    build: ./api
    ports: ["127.0.0.1::8080"]
    deploy:
      resources:
        limits:
          cpus: '0.50'
          memory: 512M
        reservations:
          cpus: '0.25'
          memory: 256M
    restart: on-failure:3
    security_opt:
      - no-new-privileges:true
    read_only: true
    tmpfs:
      - /tmp
      - /run
    logging:
      driver: "json-file"
      options:
        max-size: "10m"
        max-file: "3"
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/health"]
      interval: 3s
      timeout: 10s
      retries: 3
      start_period: 40s
"""
CURL = NODE.replace("WORKDIR", "RUN apt-get update && apt-get install -y --no-install-recommends curl\nWORKDIR")
#: the engine's httpd is Debian's, which writes to /run, and whose own script wants to own files
FOREGROUND = """\
#!/bin/bash
. /etc/apache2/envvars
mkdir -p "$APACHE_RUN_DIR" /run/lock
exec apache2 -D FOREGROUND
"""
HTTPD = """\
services:
  web:
    build: ./web
    tmpfs: [/run]
    ports: ["127.0.0.1::80"]
    depends_on: [files]
  files:
    image: python:3.11-slim
    command: [python, -m, http.server, "8000", --directory, /srv]
    user: "10001:10001"
    volumes: ["./files:/srv:ro"]
"""
HTTPD_MOUNTED = """\
services:
  web:
    image: httpd:2.4
    tmpfs: [/run]
    ports: ["127.0.0.1::80"]
    volumes:
      - ./site:/usr/local/apache2/htdocs:ro
      - ./httpd-foreground:/usr/local/bin/httpd-foreground:ro
"""


def _connect(host: str, port: int) -> dict[str, str]:
    return {"api/Dockerfile": NODE, "api/s.js": CONNECT.replace("PORT", str(port)).replace("HOST", host)}


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack.

    Attributes:
        name: of it.
        compose: the text of its compose file.
        files: beside it, by path and text.
        port: what is asked: the service and its port.
        unsafe: with `--unsafe-fixes`.
        by_hand: files that the changed compose file wants besides.
        data: what it keeps.
    """

    name: str
    compose: str
    files: dict[str, str]
    port: tuple[str, str] = ("api", "8080")
    unsafe: bool = False
    by_hand: dict[str, str] = field(default_factory=dict)
    data: Data | None = None


STACKS = (
    Stack("Node with redis", API + "    depends_on: [cache]\n  cache:\n    image: redis:7\n    volumes: [data:/data]\n"
          "    command: redis-server --protected-mode no\nvolumes: {data: {}}\n", _connect("cache", 6379), data=REDIS),
    Stack("Node with postgres", API + "    depends_on: [db]\n" + DB +
          "    environment: {POSTGRES_PASSWORD: example}\n    volumes: [data:/var/lib/postgresql/data]\n"
          "volumes: {data: {}}\n", _connect("db", 5432), data=POSTGRES),
    Stack("postgres with a writable root, password from .env", API + "    depends_on: [db]\n" + DB +
          "    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n    read_only: false\n",
          {**_connect("db", 5432), ".env": "DB_PASSWORD=example\n"}),
    Stack("postgres, unsafe, the secret in a file by hand", API + "    depends_on: [db]\n" + DB +
          "    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n    volumes: [data:/var/lib/postgresql/data]\n"
          "volumes: {data: {}}\n", {**_connect("db", 5432), ".env": "DB_PASSWORD=example\n"},
          unsafe=True, by_hand={"secrets/db_password": "example\n"}, data=POSTGRES),
    Stack("nginx in front of Node", 'services:\n  web:\n    image: nginx:1.27\n    ports: ["127.0.0.1::80"]\n'
          '    volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]\n    depends_on: [api]\n'
          "  api: {build: ./api}\n", {"api/Dockerfile": NODE, "api/s.js": HELLO,
          "site.conf": TEMPORARY + "server { listen 80; location / { proxy_pass http://api:8080; } }\n"},
          port=("web", "80")),
    Stack("the article's api-gateway", "services:\n  api:\n    build: ./api\n    ports: [\"127.0.0.1::8080\"]\n"
          "    deploy:\n      resources:\n        limits:\n          cpus: '0.50'\n          memory: 512M\n"
          "    restart: on-failure:3\n", {"api/Dockerfile": NODE, "api/s.js": HELLO}),
    Stack("the article's api-gateway, the service as the article wants it", GATEWAY,
          {"api/Dockerfile": CURL, "api/s.js": HELLO}),
    Stack("httpd built, beside Python", HTTPD, {
          "web/Dockerfile": 'FROM httpd:2.4\nCOPY httpd-foreground /usr/local/bin/\n'
          'COPY index.html /usr/local/apache2/htdocs/\n', "web/httpd-foreground": FOREGROUND,
          "web/index.html": "<h1>hi</h1>\n", "files/index.html": "files\n"}, port=("web", "80")),
    Stack("httpd with mounted files", HTTPD_MOUNTED, {"site/index.html": "<h1>hi</h1>\n",
          "httpd-foreground": FOREGROUND}, port=("web", "80")),
    Stack("nginx-unprivileged", 'services:\n  web:\n    image: nginxinc/nginx-unprivileged:latest\n'
          '    ports: ["127.0.0.1::8080"]\n', {}, port=("web", "8080")),
    Stack("Python with redis", 'services:\n  web:\n    build: ./web\n    ports: ["127.0.0.1::8000"]\n'
          "    depends_on: [cache]\n  cache:\n    image: redis:7\n", {"web/Dockerfile":
          'FROM python:3.11-slim\nWORKDIR /srv\nCOPY index.html .\nUSER 10001\nCMD ["python", "-m", "http.server"]\n',
          "web/index.html": "hi\n"}, port=("web", "8000")),
    Stack("a command in node, unsafe", 'services:\n  job:\n    image: node:20-slim\n    command: [node, /srv/s.js]\n'
          '    ports: ["127.0.0.1::8080"]\n    volumes: ["./job:/srv:ro"]\n    read_only: true\n',
          {"job/s.js": HELLO}, port=("job", "8080"), unsafe=True),
)  # fmt: skip


def measured(stack: Stack | RealStack) -> dict[str, Any]:
    """Start a stack before and after, and return what was seen."""
    is_real = isinstance(stack, RealStack)
    files = stack.files() if isinstance(stack, RealStack) else {**stack.files, "compose.yaml": stack.compose}
    options = ("--unsafe-fixes",) if isinstance(stack, Stack) and stack.unsafe else ()
    with project(files, stack.port, seconds=90) as made:
        before = seen(made, stack.data, is_new=True)
        changes = made.harden(*options, whole=is_real)
        write(made.folder, stack.by_hand if isinstance(stack, Stack) else {})
        after = seen(made, stack.data, is_new=False)
    return {"name": stack.name, "changes": changes, "before": before, "after": after}


def section() -> str:
    """Return the part of docs/measurements.md about stacks."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    stacks = found["stacks"]
    rows = [_row(stack, name) for stack in stacks for name in stack["after"]["services"]]
    return _SECTION.format(
        count=len(stacks), date=found["date"], good=sum(map(_is_good, stacks)),
        answers="\n".join([*_ANSWERS, *map(_answers, stacks)]), table="\n".join([*_HEAD, *rows]),
    )  # fmt: skip


_ANSWERS = ("| stack | answers, and after a restart | health checks | data kept | changed by harden |",
            "|---|---|---|---|---|")  # fmt: skip


def _sides(stack: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return stack["before"], stack["after"]


def _is_good(stack: dict[str, Any]) -> bool:
    """Tell whether a stack answered each time, no health check failed and nothing that it keeps was lost."""
    return all(
        (side["answer"], side["after a restart"]) == ("200", "200")
        and not {"unhealthy", "exited", "restarting"} & set(side.get("states", {}).values())
        and side.get("data", "") in ("", "kept")
        for side in _sides(stack)
    )


def _status(answer: str) -> str:
    return answer if answer.isdigit() else "none"


def _answers(stack: dict[str, Any]) -> str:
    answers = (", ".join(map(_status, (side["answer"], side["after a restart"]))) for side in _sides(stack))
    states = [list(side.get("states", {}).values()) for side in _sides(stack)]
    healthy = (f"{side.count('healthy')} of {len(side)}" if side else "not asked" for side in states)
    data = " → ".join(side.get("data", "") or "none" for side in _sides(stack))
    name, rules = stack["name"], ", ".join(stack["changes"])
    return f"| {name} | {' → '.join(answers)} | {' → '.join(healthy)} | {data} | {rules} |"


_HEAD = ("| stack | service | uid | capabilities it has, and may get | no new privileges | can write to /usr | "
         "processes | memory |",
         "|---|---|---|---|---|---|---|---|")  # fmt: skip
_PIDS = {"max": "no limit"}
#: what the first version of control groups says where there is none
_NO_LIMIT = 2**62
_SECTION = """\

## Stacks of compose files

{count} stacks, started with `docker compose up` as found, and as harden leaves their compose files (the last one on
{date}): asked over HTTP, restarted and asked again. {good} of them answered 200 each time, with no health check that
failed, and kept what was written before the change. Those of repositories are changed together with their Dockerfiles;
images that the engine lacks are replaced by one that it has, ports of the host by free ones. example-voting-app has no
worker here: there is no image of .NET. The images are stand-ins as above.

{answers}

* health checks: services whose check says that they are healthy, of all services.

The settings are those that the first process of each container sees:

{table}

* unsafe: with `--unsafe-fixes`; the others up to the default level.
* can write to /usr: the user of `docker compose exec`; without a user in the image that is root.
* processes, memory: the limits of the control group.
"""


def _row(stack: dict[str, Any], name: str) -> str:
    pairs = [_cells(stack[side]["services"][name]) for side in ("before", "after")]
    cells = (one if one == other else f"{one} → {other}" for one, other in zip(*pairs, strict=True))
    return f"| {stack['name']} | {name} | {' | '.join(cells)} |"


def _cells(seen: dict[str, str]) -> tuple[str, ...]:
    has, bound = int(seen["CapEff"], 16), int(seen["CapBnd"], 16)
    limit = 2**63 if seen["memory"] == "max" else int(seen["memory"])
    memory = f"{limit // 2**20} MiB" if limit < _NO_LIMIT else "no limit"
    capabilities = f"{_named(has)} ({_named(bound)})" if has != bound else _named(has)
    return (
        seen["Uid"],
        capabilities,
        {"1": "yes"}.get(seen["NoNewPrivs"], "no"),
        seen["root"],
        _PIDS.get(seen["pids"], seen["pids"]),
        memory,
    )


def _named(mask: int) -> str:
    if mask == DEFAULT:
        return "all 14"
    return ", ".join(NAMES.get(n, str(n)) for n in range(64) if mask >> n & 1) or "none"


def main(names: list[str]) -> None:
    """Measure stacks, all or those that are named, and write what was seen."""
    known = json.loads(DATA.read_text(encoding="utf-8"))["stacks"] if DATA.exists() else []
    found = {stack["name"]: stack for stack in known}
    for stack in (*STACKS, *REAL):
        if not names or stack.name in names:
            found[stack.name] = measured(stack)
            print(stack.name, found[stack.name]["before"]["answer"], found[stack.name]["after"], flush=True)
            said = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "stacks": list(found.values())}
            DATA.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
