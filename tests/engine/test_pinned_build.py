"""Pinned against the registry of the test engine, with skopeo as the oracle, and built by the engine."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardener.cli.command import command
from tests.corpus import ROOT

REGISTRY = os.environ.get("HARDEN_TEST_REGISTRY", "")
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        not os.environ.get("DOCKER_HOST")
        or not REGISTRY
        or subprocess.run(["docker", "version"], capture_output=True, check=False).returncode != 0,
        reason="no Docker engine answers at DOCKER_HOST",
    ),
]


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a Dockerfile into a build context, let harden pin it, and return what it became."""
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def make(text: str, *options: str) -> str:
        path = tmp_path / "app" / "Dockerfile"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        mirrors = [f"--registry-mirror={name}=http://{REGISTRY}" for name in ("docker.io", "gcr.io")]
        done = CliRunner().invoke(command, ["--isolated", "--write", *mirrors, *options, str(path)])
        assert done.exit_code == 0, done.output
        return path.read_text()

    return make


def build(folder: Path) -> None:
    host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
    arguments = ["docker", "build", "-q", *host, "-t", "harden-test-pinned", str(folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    subprocess.run(["docker", "image", "rm", "-f", "harden-test-pinned"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def index_digest(name: str) -> str:
    """Return the digest of the image index that a tag of the test registry names, by skopeo."""
    raw = subprocess.run(
        ["skopeo", "inspect", "--tls-verify=false", "--raw", f"docker://{REGISTRY}/{name}"],
        capture_output=True,
        check=True,
    ).stdout
    assert json.loads(raw).get("manifests"), f"{name} is no index"
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def test_the_digest_is_that_of_the_index_and_the_build_takes_it(pin, tmp_path):
    text = pin(
        "ARG BASE=debian:bookworm-slim\nFROM ${BASE} AS base\nRUN echo built > /x\n"
        "FROM node:20-slim\nCOPY --from=base /x /x\nCOPY --from=python:3.11-slim /etc/debian_version /python\n"
        "RUN --mount=type=bind,from=debian:bookworm-slim,target=/d test -e /d/bin/sh && cat /x\n",
        "--select=pin-base-digest,pin-copied-image",
    )
    for name in ("debian:bookworm-slim", "node:20-slim", "python:3.11-slim"):
        assert f"{name}@{index_digest('library/' + name)}" in text
    build(tmp_path / "app")


def test_the_example_of_the_article_comes_out_pinned_and_builds(pin, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "package.json").write_text('{"name": "app", "version": "1.0.0"}\n')
    (tmp_path / "app" / "server.js").write_text("require('http').createServer((_, r) => r.end('ok')).listen(3000)\n")
    article = (ROOT / "examples" / "article" / "Dockerfile").read_text()
    # as printed it does not build: npm refuses to install in /
    moved = article.replace("WORKDIR /app\n", "").replace("COPY . /app\n", "WORKDIR /app\nCOPY . /app\n")
    text = pin(moved)
    first = re.search(r"^FROM ubuntu:(\d\d\.\d\d)@(sha256:[0-9a-f]{64})", text, re.MULTILINE)
    assert first is not None, text
    assert first[2] == index_digest("library/ubuntu:latest")
    build(tmp_path / "app")
