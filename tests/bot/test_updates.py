"""Moved pins as a request of their own: grouped, old enough, and a closed one declines this very image alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from hardener.bot.decide import Act
from tests.bot.git_server import serve
from tests.bot.github_server import Forge
from tests.bot.working import NAME, bench, go, whats

BRANCH = "harden/updates"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Handler(BaseHTTPRequestHandler):
    """A registry with images that each have a configuration and nothing else."""

    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        body: bytes | None = self.server.content.get(self.path, b"{}" if self.path == "/v2/" else None)
        self.send_response(404 if body is None else 200)
        body = body or b""
        if "/manifests/" in self.path:
            self.send_header("Content-Type", _MANIFEST)
            self.send_header("Docker-Content-Digest", _digest(body))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Images:
    """What the registry holds."""

    def __init__(self, folder: Path) -> None:
        self.server = serve(Handler, folder)
        self.server.content = {}
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def push(self, name: str, tag: str, note: str, created: str = "2026-01-01T00:00:00Z") -> str:
        """Put an image behind a tag and return its digest."""
        config = json.dumps({"architecture": "amd64", "os": "linux", "created": created, "note": note,
                             "config": {}, "rootfs": {"type": "layers", "diff_ids": []}}).encode()  # fmt: skip
        held = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": _digest(config), "size": len(config)}
        body = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": held, "layers": []}
        manifest = json.dumps(body).encode()
        for reference in (tag, _digest(manifest)):
            self.server.content[f"/v2/{name}/manifests/{reference}"] = manifest
        self.server.content[f"/v2/{name}/blobs/{_digest(config)}"] = config
        return _digest(manifest)


@pytest.fixture
def images(tmp_path: Path) -> Iterator[Images]:
    made = Images(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def config(images: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The organisation's configuration: it trusts this registry."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    path = tmp_path / "org.toml"
    path.write_text(f'[registry]\ninsecure = ["{images.host}"]\nallow = ["{images.host}"]\nlifetime = "0m"\n')
    return path


def _run(forge: Forge, config: Path, **policy: Any) -> list[str]:
    told = whats(go(bench(forge, config=config, offline=False, updates=True, **policy)))
    return [one.removeprefix(f"{BRANCH}: ") for one in told if one.startswith(BRANCH)] or told


def _shop(forge: Forge, images: Images) -> tuple[str, str]:
    one, two = images.push("acme/base", "1", "one"), images.push("acme/tool", "2", "a tool")
    text = f"FROM {images.host}/acme/tool:2@{two} AS tool\nFROM {images.host}/acme/base:1@{one}\n"
    forge.repository(NAME, {"Dockerfile": f"{text}COPY --from=tool /x /x\n", ".dockerignore": ".git\n"})
    return one, two


def test_all_pins_move_in_one_request(forge: Forge, images: Images, config: Path) -> None:
    _shop(forge, images)
    assert _run(forge, config) == [Act.NOTHING.value]
    new = images.push("acme/base", "1", "two"), images.push("acme/tool", "2", "another")
    assert _run(forge, config) == [Act.OPEN.value]
    text = forge.show(NAME, f"{BRANCH}:Dockerfile")
    assert all(digest in text for digest in new)
    assert "USER" not in text, "nothing else is in it"
    one = next(one for one in forge.requests if one["head"] == BRANCH)
    assert one["title"] == "Update pinned images (1 file)"
    assert "No image was built" in one["body"]
    assert _run(forge, config) == [Act.SAME.value]


def test_a_closed_one_declines_these_images_and_no_others(forge: Forge, images: Images, config: Path) -> None:
    one, two = _shop(forge, images)
    images.push("acme/base", "1", "two")
    assert _run(forge, config) == [Act.OPEN.value]
    next(one for one in forge.requests if one["head"] == BRANCH)["state"] = "closed"
    assert _run(forge, config) == [Act.DECLINED.value]
    new = images.push("acme/tool", "2", "another")
    assert _run(forge, config) == [Act.OPEN.value]
    text = forge.show(NAME, f"{BRANCH}:Dockerfile")
    assert (one in text, two in text, new in text) == (True, False, True)
    newer = images.push("acme/base", "1", "three")
    assert _run(forge, config) == [Act.REBUILD.value]
    assert newer in forge.show(NAME, f"{BRANCH}:Dockerfile")


def test_an_image_has_to_be_old_enough(forge: Forge, images: Images, config: Path) -> None:
    _shop(forge, images)
    images.push("acme/base", "1", "young", "2099-01-01T00:00:00Z")
    assert _run(forge, config, min_age=7 * 86400.0) == [Act.NOTHING.value]
    assert not any(one["head"] == BRANCH for one in forge.requests)
    old = images.push("acme/base", "1", "old")
    assert _run(forge, config, min_age=7 * 86400.0) == [Act.OPEN.value]
    images.push("acme/base", "1", "young", "2099-01-01T00:00:00Z")
    assert _run(forge, config, min_age=7 * 86400.0) == [Act.UNSURE.value]
    assert old in forge.show(NAME, f"{BRANCH}:Dockerfile"), "it waits for the next one"
