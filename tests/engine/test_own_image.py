"""The image of harden: harden finds nothing to say about its Dockerfile, and the image does its job confined."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardener.cli.command import command
from tests.corpus import ROOT
from tests.engine.conftest import docker
from tests.test_cli import SOURCE

REGISTRY = os.environ.get("HARDEN_TEST_REGISTRY", "")
BASE = "gcr.io/distroless/python3-debian12:nonroot"
#: the test registry's distroless lacks files of libc6 that the published image has, and Python packages link to them
STUBS = ("libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1")
CONFINED = (
    "--read-only", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=64",
)  # fmt: skip

pytestmark = pytest.mark.engine


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)


def build(tag: str, *arguments: str) -> None:
    host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
    done = run("build", "-q", *host, "-t", tag, *arguments)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def image(engine_version: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build docker/Dockerfile as it stands, on the test registry's images."""
    tag, base = (f"harden-test-{name}-{uuid.uuid4().hex[:8]}" for name in ("own", "base"))
    folder = tmp_path_factory.mktemp("base")
    libraries = " ".join(f"/lib/x86_64-linux-gnu/{name}" for name in STUBS)
    (folder / "Dockerfile").write_text(
        f"FROM {BASE}\nCOPY --from=debian:bookworm-slim {libraries} /lib/x86_64-linux-gnu/\n"
    )
    build(base, str(folder))
    build(tag, "-f", str(ROOT / "docker" / "Dockerfile"), "--build-context", f"{BASE}=docker-image://{base}", str(ROOT))
    yield tag
    run("image", "rm", "-f", tag, base)


@pytest.mark.parametrize("where", ["docker", "docker/bot"])
def test_harden_says_nothing_about_its_own_dockerfile(
    engine_version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("docker", "hardener"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    mirrors = [f"--registry-mirror={name}=http://{REGISTRY}" for name in ("docker.io", "gcr.io")]
    files = [path for path in sorted((tmp_path / where).iterdir()) if path.name in ("Dockerfile", "compose.yaml")]
    arguments = ["--isolated", "--context", str(tmp_path), *mirrors, *map(str, files)]
    # the two images are pinned by the release, or by who builds: their digests are those of the day
    pinned = CliRunner().invoke(command, ["--write", "--select", "pin-base-digest", *arguments])
    assert pinned.exit_code == 0, pinned.output
    assert (tmp_path / where / "Dockerfile").read_text().count("@sha256:") == 2
    done = CliRunner().invoke(
        command, ["--diff", "--fail-level", "held-back", "--output-format", "concise", *arguments]
    )
    assert done.exit_code == 0, done.output
    assert "HD" not in done.output


def test_the_image_checks_a_folder_confined(image: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    # what the folder holds is not imported
    (tmp_path / "hardener.py").write_text("raise SystemExit(9)\n")
    tmp_path.chmod(0o755)
    done = run("run", "--rm", *CONFINED, "-v", f"{tmp_path}:/work:ro", image, "--offline", "--check", ".")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("would change Dockerfile\n")
    assert (tmp_path / "Dockerfile").read_text() == SOURCE


def test_the_image_writes_as_the_user_who_is_named(image: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    os.chown(tmp_path, 1234, 1234)
    os.chown(tmp_path / "Dockerfile", 1234, 1234)
    done = run(
        "run", "--rm", *CONFINED, "--user=1234:1234", "-v", f"{tmp_path}:/work", image, "--offline", "--write", "."
    )
    assert done.returncode == 0, done.stderr
    assert "rm -rf /var/lib/apt/lists/*" in (tmp_path / "Dockerfile").read_text()
    assert (tmp_path / "Dockerfile").stat().st_uid == 1234


def test_the_image_runs_as_a_number_without_a_shell(image: str) -> None:
    assert docker("image", "inspect", "--format", "{{.Config.User}}", image).strip() == "65532:65532"
    for shell in ("/bin/sh", "/bin/bash", "/bin/busybox"):
        assert run("run", "--rm", "--entrypoint", shell, image, "-c", "true").returncode == 127
    version = run("run", "--rm", *CONFINED, image, "--version")
    assert version.returncode == 0, version.stderr


def test_the_image_of_the_bot_serves_confined_and_stops_at_once(engine_version: str) -> None:
    name = f"harden-test-bot-{uuid.uuid4().hex[:8]}"
    build(name, "-f", str(ROOT / "docker" / "bot" / "Dockerfile"), str(ROOT))
    try:
        env = ("-e", "HARDEN_BOT_TOKEN=token", "-e", "HARDEN_BOT_WEBHOOK_SECRET=0123456789abcdef")
        folders = ("--tmpfs=/tmp", "--tmpfs=/data:uid=10001,gid=10001,mode=0700")
        started = run("run", "-d", "--name", name, *CONFINED, *folders, *env, name, "--commands", "--review")
        assert started.returncode == 0, started.stderr
        ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8471/healthz', timeout=4).read().decode())"
        until = time.monotonic() + 60
        while (answer := run("exec", name, "python", "-I", "-c", ask)).stdout.strip() != "ok":
            assert time.monotonic() < until, answer.stderr + run("logs", name).stderr
            time.sleep(0.5)
        assert run("exec", name, "id", "-u").stdout == "10001\n"
        assert run("exec", name, "git", "--version").returncode == 0
        began = time.monotonic()
        assert run("stop", "-t", "20", name).returncode == 0
        assert time.monotonic() - began < 10, "SIGTERM reaches the server; it takes 0.3 s on an idle machine"
        assert docker("inspect", "--format", "{{.State.ExitCode}}", name).strip() == "0"
    finally:
        run("rm", "-f", name)
        run("image", "rm", "-f", name)
