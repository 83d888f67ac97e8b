"""What stands in a few files of an image, read out of its layers."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.image_files import image_files
from hardener.registry.layer_files import READ, after, summary
from hardener.registry.model import Limits
from hardener.registry.tar_stream import Source, entries
from hardener.syntax.image_reference import ImageReference

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
TAR = "application/vnd.oci.image.layer.v1.tar"
PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:10001:20000::/app:/sbin/nologin\nbroken\n+::::::\n"
BASE = {"etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/group": "root:x:0:\nweb:x:33:a,b\n", "bin/sh": "elf"}


def layer(files: dict[str, str | tuple[str, str] | None], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar of files (text), folders (None) and links (kind and target), in their order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            elif isinstance(content, tuple):
                entry.type, entry.linkname = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE}[content[0]], content[1]
            else:
                entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()) if isinstance(content, str) else None)
    return out.getvalue()


def read(*layers: bytes, ceiling: int = 1 << 20) -> dict:
    state, seen = {}, [0]
    for data in layers:
        source = Source(io.BytesIO(data).read, ceiling, lambda: None)
        state = after(state, entries(source, lambda name: READ.get(name, 0)), seen)
    return summary(state)


def test_accounts_release_and_programs():
    system = read(layer({**BASE, "etc/passwd": PASSWD, "usr/lib/os-release": 'ID=debian\nVERSION_ID="12"\nX=$(rm)\n',
                         "etc/os-release": ("link", "../usr/lib/os-release"), "usr/bin/curl": ("link", "x"),
                         "opt/bin/wget": "no", "usr/bin/node": None}))  # fmt: skip
    assert system["users"] == [["root", 0, 0, "/root"], ["app", 10001, 20000, "/app"]]
    assert system["groups"] == [["root", 0], ["web", 33]]
    assert system["release"] == {"ID": "debian", "VERSION_ID": "12"}
    assert system["programs"] == ["curl", "sh"]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_do_not_lose_the_place(form):
    deep = "/".join(["d" * 40] * (3 if form == tarfile.USTAR_FORMAT else 8))
    assert read(layer({f"./{deep}/x": "y" * 700, "./etc/passwd": PASSWD, "usr/bin/wget": ""}, form))["programs"] == [
        "wget"
    ]


@pytest.mark.parametrize(
    ("upper", "programs"),
    [
        ({"bin/.wh.sh": ""}, []),
        ({".wh.bin": ""}, []),
        ({"bin/.wh..wh..opq": "", "bin/bash": ""}, ["bash"]),
        ({"bin/bash": "", "bin/.wh..wh..opq": ""}, ["bash"]),
        ({"bin": ("link", "usr/bin")}, []),
        ({"bin": None}, ["sh"]),
        ({"etc/.wh.sh": "", "bin/.wh.shell": ""}, ["sh"]),
        ({"bin/../bin/.wh.sh": ""}, ["sh"]),
        ({".wh..wh..opq": ""}, []),
    ],
)
def test_later_layers_count(upper, programs):
    assert read(layer(BASE), layer(upper))["programs"] == programs


def test_a_later_file_replaces_an_earlier_one():
    assert len(read(layer(BASE), layer({"etc/passwd": PASSWD}))["users"]) == 2
    assert read(layer({"etc/passwd": PASSWD}), layer({"etc/.wh.passwd": ""}))["users"] == []


@pytest.mark.parametrize(
    "upper",
    [
        {"etc/passwd": ("link", "/proc/self/environ")},
        {"etc/passwd": ("hard", "root/x")},
        {"etc": ("link", "/mnt")},
        {"etc/passwd": "x" * (1 << 19)},
        {"a": "x" * (1 << 21)},
    ],
    ids=["link", "hard link", "folder is a link", "large", "too much"],
)
def test_what_is_no_plain_file_or_too_much_is_refused(upper):
    with pytest.raises(RegistryError):
        read(layer(BASE), layer(upper))


@pytest.mark.parametrize("data", [b"\xff" * 2048, layer(BASE)[:700], b"x" * 512])
def test_what_is_no_archive_is_refused_or_empty(data):
    try:
        assert read(data)["users"] == []
    except RegistryError as error:
        assert "layer" in str(error)


def ask(anonymous, settings, push, name: str, layers, **changes) -> dict:
    digest = push(anonymous, f"files/{name}").base("1", layers, config={})
    reference = ImageReference.parse(f"{anonymous.host}/files/{name}@{digest}")
    insecure = frozenset({anonymous.host})
    with RegistryClient(settings(insecure=insecure, allow=insecure, **changes)) as client:
        return image_files(client, reference)


def test_layers_of_a_registry(anonymous, settings, push):
    packed = gzip.compress(layer(BASE)[:2048]) + gzip.compress(layer(BASE)[2048:])  # members of one file
    found = ask(anonymous, settings, push, "whole", [(GZIP, packed), (TAR, layer({"etc/passwd": PASSWD}))])
    assert [user[0] for user in found["users"]] == ["root", "app"]
    assert found["programs"] == ["sh"]


@pytest.mark.parametrize(
    ("layers", "limits", "reason"),
    [
        ([(GZIP, gzip.compress(layer({"a": "0" * (1 << 22)})))], Limits(max_unpacked=1 << 20), "unpacks to more"),
        ([(TAR, layer({"a": "0" * (1 << 21)}))], Limits(max_image=1 << 20), "larger than 1 MiB"),
        ([(GZIP, gzip.compress(layer(BASE))[:90])], Limits(), "ends"),
        ([(GZIP, b"no gzip at all")], Limits(), "cannot be unpacked"),
        ([("application/x-other", b"x")], Limits(), "a type that harden does not read"),
    ],
)
def test_limits_and_damage(anonymous, settings, push, layers, limits, reason):  # noqa: PLR0917 - fixtures
    with pytest.raises(RegistryError, match=reason):
        ask(anonymous, settings, push, "bad", layers, limits=limits)
