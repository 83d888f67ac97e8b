"""Stacks of public repositories, and what has to be changed in a copy so that they start with the engine of the tests.

The repositories are read from bare clones in the folder `HARDEN_MIRRORS` (`owner+name/repo`); nothing of them is kept.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.stack_run import Data

AWESOME = "docker+awesome-compose"
#: pattern and text: every port of the host is the engine's choice, and only this machine reaches it
_PORTS = (r'(?m)^(\s+- )(["\']?)\d+:(\d+)\2\s*$', r'\1"127.0.0.1::\3"')
#: images that the engine has under another name; it has no front end for Dockerfiles and no Alpine
_IMAGES = (
    (r"(?m)^# *syntax *=.*\n", ""),
    (r"(?m)^FROM --platform=\$BUILDPLATFORM ", "FROM "),
    (r"golang:1\.18-alpine", "golang:1.22"),
    (r"python:3[.\d]*-alpine", "python:3.11-slim"),
    (r"node:14[.\d]*-alpine[.\d]*", "node:18-slim"),
    (r"nginx:1\.[\d.]*(-alpine)?", "nginx:1.27"),
    (r"redis:alpine", "redis:7"),
    (r"redislabs/redismod", "redis:7"),
    (r"postgres:15-alpine", "postgres:15"),
    (r"(?m)^(\s+image: postgres)\s*$", r"\1:15"),
    (r"(?s)\nFROM builder as dev-envs.*?(?=\nFROM scratch|\Z)", "\n"),
)
#: redis of Debian answers only itself unless it is told otherwise
_REDIS = (r"(?m)^(\s+)(image: ['\"]?redis:7['\"]?)$", r"\1\2\n\1command: redis-server --protected-mode no")
#: nginx of Debian keeps these folders elsewhere than the official image
_TEMPORARY = (r"\A", "".join(
    f"{name}_temp_path /var/cache/nginx/{name}_temp;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class RealStack:
    """A stack of a repository.

    Attributes:
        name: of it.
        repository: `owner+name`.
        folder: in it, "" for its root.
        compose: the name of the compose file there.
        port: what is asked: the service and its port.
        data: what it keeps.
        changes: pattern and text, by the path of a file.
    """

    name: str
    repository: str
    folder: str
    port: tuple[str, str]
    compose: str = "compose.yaml"
    data: Data | None = None
    changes: tuple[tuple[str, str, str], ...] = ()

    def files(self) -> dict[str, str]:
        """Return its files as they are started.

        Raises:
            FileNotFoundError: the repository is not there.
        """
        git = Path(os.environ.get("HARDEN_MIRRORS", "")) / self.repository / "repo"
        if not git.exists():
            raise FileNotFoundError(git)
        line = ["git", "-C", str(git), "archive", "HEAD", *([self.folder] if self.folder else [])]
        packed = subprocess.run(line, capture_output=True, check=True).stdout
        found = {}
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            for member in filter(tarfile.TarInfo.isfile, archive):
                read = archive.extractfile(member)
                path = member.name.removeprefix(f"{self.folder}/")
                text = _text(read.read()) if read is not None else None
                if text is not None and not path.startswith("."):
                    found["compose.yaml" if path == self.compose else path] = self._changed(path, text)
        return found

    def _changed(self, path: str, text: str) -> str:
        name = path.rpartition("/")[2]
        general = (*_IMAGES, _PORTS) if name.startswith("Dockerfile") or path == self.compose else ()
        own = [(pattern, new) for of, pattern, new in self.changes if of == path]
        for pattern, new in (*general, *own):
            text = re.sub(pattern, new, text)
        return text


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


_BASH = (r"\A#!/bin/sh", "#!/bin/bash")
REAL = (
    RealStack("example-voting-app without its worker", "dockersamples+example-voting-app", "", ("vote", "80"),
              "docker-compose.yml", Data("db", "psql -qU postgres -c \"create table t as select 'kept' as name\"",
                                         'psql -AtU postgres -c "select name from t"', "kept"),
              (("docker-compose.yml", r"(?s)\n  worker:.*?(?=\n  redis:)", ""),
               ("docker-compose.yml", r"(?s)\n  # this service runs once.*?(?=\nvolumes:)", ""),
               ("docker-compose.yml", r"127\.0\.0\.1:9229:9229", "127.0.0.1::9229"),
               ("docker-compose.yml", *_REDIS),
               ("healthchecks/redis.sh", *_BASH), ("healthchecks/postgres.sh", *_BASH))),
    RealStack("awesome-compose, nginx-golang", AWESOME, "nginx-golang", ("proxy", "80"),
              changes=(("proxy/nginx.conf", *_TEMPORARY),)),
    RealStack("awesome-compose, nginx-nodejs-redis", AWESOME, "nginx-nodejs-redis", ("nginx", "80"),
              data=Data("redis", "redis-cli set kept yes && redis-cli save", "redis-cli get kept", "yes"),
              changes=(("nginx/nginx.conf", *_TEMPORARY), ("compose.yaml", *_REDIS))),
    RealStack("awesome-compose, flask-redis", AWESOME, "flask-redis", ("web", "8000"),
              data=Data("redis", "redis-cli set kept yes && redis-cli save", "redis-cli get kept", "yes"),
              changes=(("compose.yaml", *_REDIS),)),
    RealStack("awesome-compose, flask", AWESOME, "flask", ("web", "8000")),
)  # fmt: skip
