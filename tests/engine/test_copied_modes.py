"""copy-chmod-chown on a real engine: every file has the mode and owner that it had, and is stored once (C14)."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("engine_version")]
OPTIONS = Options(level=Safety.SAFE, select=frozenset({"copy-chmod-chown"}))
BASE = "FROM debian:bookworm-slim\n"
#: bytes of the one large file
LARGE = 4_000_000
#: what stands in the file
CASES = {
    "files": "COPY plain start.sh /etc/\nRUN chmod 750 /etc/plain /etc/start.sh\n",
    "folder made by WORKDIR": "WORKDIR /app\nCOPY . .\nRUN chmod -R 755 /app\n",
    "folder made by COPY": "COPY . /srv/app\nRUN chmod -R 750 /srv/app\n",
    "contents of a folder": "WORKDIR /x\nCOPY plain sub large /app/\nRUN chmod -R 0555 /app\n",
    "owner": "WORKDIR /app\nCOPY . .\nRUN chown -R www-data:www-data .\n",
    "owner and mode": "COPY . /app/\nRUN chown -R 33:33 /app && \\\n    chmod -R 700 /app && ls /app\n",
    "mode and owner": "COPY . /app/\nRUN chmod -R 755 /app && chown -R 33 /app; ls /app\n",
    "mode after --chown": "COPY --chown=33 . /opt/app\nRUN chmod -R 711 /opt/app\n",
}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    for name, mode in {"plain": 0o644, "start.sh": 0o755, "sub/ro": 0o444, "sub/deep/secret": 0o600}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(mode)
    (folder / "sub/deep").chmod(0o700)
    (folder / "large").write_bytes(bytes(range(250)) * (LARGE // 250))
    (folder / "link").symlink_to("plain")
    (folder / "out").symlink_to("/etc/passwd")
    return folder


@pytest.fixture
def built() -> Iterator[list[str]]:
    names: list[str] = []
    yield names
    for name in names:
        subprocess.run(["docker", "image", "rm", "-f", name], capture_output=True, check=False)


def image(text: str, context: Path, built: list[str]) -> tuple[list[str], int]:
    """Build an image and return mode, owner, kind and path of all files in it, and its size in bytes."""
    name = f"harden-test-modes-{uuid.uuid4().hex[:8]}"
    built.append(name)
    build = ["docker", "build", "-q", "-t", name, "-f", "-", str(context)]
    done = subprocess.run(build, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    listing = "find /app /etc /opt /srv -printf '%m %U:%G %y %p %l\\n'"
    files = docker("run", "--rm", "--network", "none", name, "sh", "-c", listing + " 2>/dev/null; true").splitlines()
    assert len(files) > 50
    # the engine itself lays these, with the address of the container
    own = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab")
    kept = sorted(line for line in files if not line.split()[3].startswith(own))
    return kept, int(docker("image", "inspect", "-f", "{{.Size}}", name))


@pytest.mark.parametrize("case", CASES)
def test_modes_and_owners_are_as_before(case: str, context: Path, built: list[str]) -> None:
    text = BASE + CASES[case]
    result = harden(text, options=replace(OPTIONS, resolve=BuildContext(context)))
    assert "COPY --ch" in result.code
    assert " -R" not in result.code
    old, new = image(text, context, built), image(result.code, context, built)
    assert new[0] == old[0]
    if "large" in CASES[case] or " . " in CASES[case]:
        assert old[1] - new[1] >= LARGE


def test_symbolic_modes_are_not_left_to_the_builder(context: Path, built: list[str]) -> None:
    """What this engine makes of `--chmod=u=rwX,go=rX` is not what chmod makes of it; if that changes, look again."""
    text = BASE + "WORKDIR /app\nCOPY . .\nRUN chmod -R u=rwX,go=rX /app\n"
    assert harden(text, options=OPTIONS).code == text
    careless = BASE + "WORKDIR /app\nCOPY --chmod=u=rwX,go=rX . .\n"
    assert image(text, context, built)[0] != image(careless, context, built)[0]
