"""What lies in an image, on archives as engines save them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest

from hardener.verify.container.layers import Content, read, summarize

Files = dict[str, tuple[int, bytes | None]]


def archive(files: Files) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, (mode, data) in files.items():
            info = tarfile.TarInfo(name)
            info.mode = mode
            if data is None:
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


def saved(*layers: bytes) -> Content:
    names = [f"blobs/sha256/{number}" for number in range(len(layers))]
    manifest = json.dumps([{"Config": "c", "Layers": names}]).encode()
    files: Files = {name: (0o644, data) for name, data in zip(names, layers, strict=True)}
    return summarize(read(io.BytesIO(archive({**files, "manifest.json": (0o644, manifest)})), {}))


BASE = archive(
    {
        "usr/bin/": (0o755, None),
        "usr/bin/gcc": (0o755, b"x" * 100),
        "usr/bin/apt-get": (0o755, b"x" * 50),
        "usr/bin/su": (0o4755, b"x" * 10),
        "opt/gcc": (0o644, b"not a command"),
        "var/cache/a": (0o644, b"aa"),
        "var/cache/b": (0o644, b"b"),
    }
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_files_by_layer(pack: object) -> None:
    found = saved(pack(BASE), pack(archive({"app/a.js": (0o644, b"12345")})))  # type: ignore[operator]
    assert found.layers == ((176, 6), (5, 1))
    assert found.files == 7
    assert found.setuid == ("/usr/bin/su",)
    assert found.compilers == ("gcc",)
    assert found.package_managers == ("apt-get",)


def test_what_a_layer_deletes_is_gone_but_still_paid_for() -> None:
    gone = archive({"usr/bin/.wh.gcc": (0, b""), "usr/bin/.wh.su": (0, b""), "var/.wh.cache": (0, b"")})
    found = saved(BASE, gone)
    assert found.compilers == ()
    assert found.setuid == ()
    assert found.files == 2
    assert found.layers == ((176, 6), (0, 0))


def test_a_folder_that_is_replaced_hides_what_was_below() -> None:
    opaque = archive({"var/cache/": (0o755, None), "var/cache/.wh..wh..opq": (0, b""), "var/cache/c": (0o644, b"c")})
    found = saved(BASE, opaque)
    assert found.files == 5
    assert found.layers[1] == (1, 1)


def test_a_file_that_is_written_again_counts_once() -> None:
    found = saved(BASE, archive({"usr/bin/su": (0o755, b"x" * 10)}))
    assert found.files == 6
    assert found.setuid == ()


def test_an_empty_layer() -> None:
    assert saved(BASE, b"\0" * 1024).layers == ((176, 6), (0, 0))
