"""Reading and writing: clear errors, nothing lost; and the build context, which is never left."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from hardener.engine import files
from hardener.errors import InputError
from hardener.lookups.build_context import HEAD, BuildContext
from hardener.rules.base import Lookup


def test_errors_name_the_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}: is a folder")):
        files.read(tmp_path)
    with pytest.raises(InputError, match="none: no such file"):
        files.read(tmp_path / "none")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match="loop: cannot be read"):
        files.read(tmp_path / "loop")
    (tmp_path / "nul").write_bytes(b"a\r\nbc\0d")
    with pytest.raises(InputError, match="nul:2:3: NUL byte"):
        files.read(tmp_path / "nul")


def test_what_is_written_keeps_mode_and_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    real.chmod(0o4751)
    link.symlink_to("real")
    files.write(link, b"new", b"old")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o4751
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root may give files away")
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")
    os.chown(path, 1234, 1235)
    files.write(path, b"new", b"old")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1235)


def test_read_only_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    with pytest.raises(InputError, match="Dockerfile: is read-only; nothing was written"):
        files.write(path, b"new", b"old")
    assert path.read_bytes() == b"old"


def test_a_failure_at_the_last_step_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InputError, match="No space left on device; it is as it was"):
        files.write(path, b"new", b"old")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


def test_a_name_as_long_as_a_name_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 244 + ".Dockerfile")
    path.write_bytes(b"old")
    files.write(path, b"new", b"old")
    assert path.read_bytes() == b"new"


def test_the_build_context_is_not_left(tmp_path: Path) -> None:
    root = tmp_path / "app"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (root / "out").symlink_to("../secret")
    (root / "loop").symlink_to("loop")
    (root / "run.sh").write_bytes(b"#" * (HEAD + 5))
    (root / "run.sh").chmod(0o755)
    ask = BuildContext(root)
    for key in ("../secret", "out", "loop", "none", "x\0y", "a/../../secret"):
        assert ask(Lookup("file", key)) is None, key
    answer = ask(Lookup("file", "/run.sh"))
    assert answer is not None
    assert (len(answer.head), answer.mode, answer.size, answer.is_dir) == (HEAD, 0o755, HEAD + 5, False)
    folder = ask(Lookup("file", "."))
    assert folder is not None
    assert folder.is_dir


def test_dockerignore_keeps_files_out(tmp_path: Path) -> None:
    for name in ("a.sh", "b.sh", "sub/a.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".dockerignore").write_text("# all but one\n*.sh\n!b.sh\n")
    ask = BuildContext(tmp_path)
    assert [ask(Lookup("file", n)) is not None for n in ("a.sh", "b.sh", "sub/a.sh")] == [False, True, True]
