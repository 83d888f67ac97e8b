"""What hover tells of an image: facts, and what registries said earlier."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.cli.lsp import chooser
from hardener.lsp.image_page import image_page
from hardener.lsp.remembered import Remembered, remembered
from hardener.registry.cache import Cache
from hardener.registry.folders import cache_folder
from hardener.registry.model import Clock
from hardener.syntax.image_reference import ImageReference

DIGEST = "sha256:" + "a" * 64
IMAGE = ImageReference.parse("registry.example/shop/web:1")
PINNED = ImageReference.parse(f"registry.example/shop/web:1@{DIGEST}")
NOW = 1_790_000_000.0


def test_what_is_remembered_is_told_and_what_is_not_is_left_out() -> None:
    assert IMAGE is not None
    page = image_page(IMAGE, Remembered(DIGEST, "1000", NOW - 3 * 86400 - 5, 12_345_678), NOW)
    assert f"* remembered digest: `{DIGEST}`" in page
    assert "* made on 2026-09-18, 3 days ago" in page
    assert "* a pull transfers 12.3 MB (compressed layers)" in page
    assert "* user of its configuration: `1000`" in page
    bare = image_page(IMAGE, Remembered(), NOW)
    assert not any(word in bare for word in ("remembered", "made on", "transfers", "user of"))
    assert "user of its configuration: `root`" in image_page(IMAGE, Remembered(DIGEST, ""), NOW)


@pytest.mark.parametrize("image", [IMAGE, PINNED], ids=["by tag", "pinned"])
def test_answers_of_earlier_runs_are_found_and_nobody_is_asked(
    image: ImageReference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    choose = chooser(online=True, config=None, isolated=True)
    assert remembered(choose, tmp_path, image) == Remembered(image.digest or "")
    cache = Cache(cache_folder({"XDG_CACHE_HOME": str(tmp_path)}), None, Clock())
    where = ("https://registry.example/", "shop/web")
    media = "application/vnd.oci.image.manifest.v1+json"
    cache.put(("manifest", *where, "1"), {"digest": DIGEST, "media_type": media, "platforms": []}, NOW)
    cache.put(("created", *where, DIGEST), NOW, NOW)
    assert remembered(choose, tmp_path, image) == Remembered(DIGEST, made=NOW)
    said = {"history": [], "User": "1000", "size": 5, "made": NOW + 1}
    cache.put(("configuration", *where, DIGEST), said, NOW)
    assert remembered(choose, tmp_path, image) == Remembered(DIGEST, "1000", NOW + 1, 5)
    # as an older harden kept it
    cache.put(("configuration", *where, DIGEST), {"history": []}, NOW)
    assert remembered(choose, tmp_path, image) == Remembered(DIGEST, "", NOW)
