"""What a write keeps of a file besides its text, and what it removes of a run that was killed."""

from __future__ import annotations

import errno
import os
import signal
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardener.engine import files, leftovers
from hardener.engine.files import Part, create, write, write_together
from hardener.errors import InputError
from tests.test_cli import RULES, SOURCE, run

#: an access list as Linux stores it: owner rw, user 1234 r, group none, mask r, others none
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER, NO_ID = 0x01, 0x02, 0x04, 0x10, 0x20, 0xFFFFFFFF
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry)
    for entry in ((USER_OBJ, 6, NO_ID), (USER, 4, 1234), (GROUP_OBJ, 0, NO_ID), (MASK, 4, NO_ID), (OTHER, 0, NO_ID))
)
ACCESS = "system.posix_acl_access"


def having(path: Path, name: str, value: bytes) -> None:
    """Give a file an extended attribute, or leave the test out where the file system has none."""
    if not hasattr(os, "setxattr"):
        pytest.skip("this system has no extended attributes")
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        if error.errno not in (errno.ENOTSUP, errno.EPERM):
            raise
        pytest.skip(f"this file system has no {name}")


@pytest.fixture
def dockerfile(tmp_path: Path) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")
    return path


def test_extended_attributes_stay(dockerfile: Path) -> None:
    having(dockerfile, "user.harden.test", b"a \0 value")
    write(dockerfile, b"new", b"old")
    assert dockerfile.read_bytes() == b"new"
    assert os.getxattr(dockerfile, "user.harden.test") == b"a \0 value"
    create(dockerfile, b"newer")
    assert os.getxattr(dockerfile, "user.harden.test") == b"a \0 value"


def test_access_lists_stay(dockerfile: Path) -> None:
    having(dockerfile, ACCESS, ACL)
    mode = stat.S_IMODE(dockerfile.stat().st_mode)
    assert mode == 0o640, "the mask stands where the mode has the group"
    write(dockerfile, b"new", b"old")
    assert os.getxattr(dockerfile, ACCESS) == ACL
    assert stat.S_IMODE(dockerfile.stat().st_mode) == mode


def test_an_attribute_that_cannot_be_kept_is_an_error(dockerfile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "listxattr", lambda _: ["security.x", "user.x"], raising=False)
    monkeypatch.setattr(os, "getxattr", lambda *_: b"x", raising=False)
    monkeypatch.setattr(os, "setxattr", refused, raising=False)
    with pytest.raises(InputError, match="No space left on device; it was not changed"):
        write(dockerfile, b"new", b"old")
    assert dockerfile.read_bytes() == b"old"
    assert [p.name for p in dockerfile.parent.iterdir()] == ["Dockerfile"]
    monkeypatch.setattr(os, "listxattr", lambda _: ["security.x"], raising=False)
    write(dockerfile, b"new", b"old")  # what the system sets, it sets on the new one too
    assert dockerfile.read_bytes() == b"new"


def test_what_harden_made_is_replaced_in_the_same_way(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(b"whatever it holds")
    real.chmod(0o640)
    link.symlink_to("real.json")
    create(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    create(tmp_path / "made.json", b"new")
    assert (tmp_path / "made.json").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(InputError, match="cannot be written: No such file"):
        create(tmp_path / "none" / "a", b"new")


KILLED = """
import os, signal, sys
from pathlib import Path
from hardener.engine.files import Part, write_together
real = os.replace
def replace(old, new):
    if str(new).endswith("b"):
        os.kill(os.getpid(), signal.SIGKILL)
    real(old, new)
os.replace = replace
write_together([Part(Path("a"), b"new", b"old"), Part(Path("b"), b"new", b"old")])
"""


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    left = {path.name for path in tmp_path.iterdir()} - {"a", "b"}
    assert sorted(name.rpartition(".")[2] for name in left) == ["new", "old", "old"]
    not_ours = [".harden-x", ".harden-abcdefgh.new~", ".harden-abcdefgh", ".harden.toml", "x.harden-abcdefgh.new"]
    for name in not_ours:
        (tmp_path / name).write_text("x")
    (tmp_path / ".harden-linklink.new").symlink_to("a")
    (tmp_path / ".harden-folderfo.new").mkdir()
    write(tmp_path / "b", b"new", b"old")
    assert left <= {path.name for path in tmp_path.iterdir()}, "another run may be at work on them"
    later = time.time() + 3600
    monkeypatch.setattr(leftovers.time, "time", lambda: later)
    write(tmp_path / "b", b"newer", b"new")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a", "b", *not_ours, ".harden-linklink.new", ".harden-folderfo.new"}
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"new", b"newer")


@pytest.mark.parametrize("original", [b"old", None])
def test_what_somebody_writes_after_the_check_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, original: bytes | None
) -> None:
    """Another program replaces the file, or makes it, between the last look at it and the moment it is replaced."""
    path = tmp_path / "a"
    if original is not None:
        path.write_bytes(original)
    check = files._Made.check

    def checked(made: files._Made) -> None:
        check(made)
        (tmp_path / "theirs").write_bytes(b"theirs")
        (tmp_path / "theirs").replace(path)

    monkeypatch.setattr(files._Made, "check", checked)
    with pytest.raises(InputError, match="changed while harden worked on it"):
        files.write_together([files.Part(path, b"new", original)])
    assert path.read_bytes() == b"theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_new_file_takes_no_place_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file has one name only, a last look stands for the link that would find the place taken."""

    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    path = tmp_path / "a"
    monkeypatch.setattr(files.os, "link", none)
    write_together([Part(path, b"new", None)])
    assert path.read_bytes() == b"new"
    monkeypatch.setattr(files._Made, "check", lambda made: None)
    with pytest.raises(InputError, match="changed while harden worked on it"):
        write_together([Part(path, b"newer", None)])
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (b"new", ["a"])


def test_files_of_other_users_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".harden-abcdefgh.new").write_text("x")
    later, other = time.time() + 3600, os.geteuid() + 1
    monkeypatch.setattr(leftovers.time, "time", lambda: later)
    monkeypatch.setattr(leftovers.os, "geteuid", lambda: other)
    leftovers.sweep(tmp_path)
    assert (tmp_path / ".harden-abcdefgh.new").exists()


def test_several_files_are_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"old")
    having(tmp_path / "a", "user.harden.test", b"x")
    real = os.replace

    def replace(old: str, new: Path) -> None:
        if new.name == "b" and old.endswith(".new"):
            raise OSError(errno.EIO, "Input/output error")
        real(old, new)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(InputError, match="Input/output error"):
        write_together([Part(tmp_path / name, b"new", b"old") for name in "ab"])
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"old", b"old"]
    assert os.getxattr(tmp_path / "a", "user.harden.test") == b"x"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "-"])
def test_a_file_beyond_the_size_is_refused_by_name(tmp_path: Path, name: str) -> None:
    text = b"FROM a\n" + b"#" * files.LIMIT
    (tmp_path / "Dockerfile").write_bytes(text)
    (tmp_path / "compose.yaml").write_bytes(text)
    done = run(name, cwd=tmp_path, data=text)
    assert done.returncode == 2
    shown = b"Dockerfile" if name == "-" else name.encode()
    assert shown + b": is larger than 16 MiB, which no Dockerfile is" in done.stderr


def test_a_folder_run_rewrites_nothing_outside_of_it(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "Dockerfile").write_text(SOURCE)
    (inside / "Dockerfile").symlink_to("../outside/Dockerfile")
    (inside / "app.Dockerfile").symlink_to(outside / "Dockerfile")
    (inside / "sub").symlink_to("../outside")
    done = run("--write", ".", *RULES, cwd=inside)
    assert (outside / "Dockerfile").read_text() == SOURCE, done.stderr
    done = run("--write", "Dockerfile", *RULES, cwd=inside)
    assert done.returncode == 0, "who names it, means it"
    assert (outside / "Dockerfile").read_text() != SOURCE
    assert (inside / "Dockerfile").is_symlink()
