"""What a run meets in real life: Ctrl-C, foreign owners, full disks, two writers, odd files. Nothing is ever lost."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener import harden
from hardener.engine import files
from hardener.errors import InputError
from tests.test_cli import FIXED, HARDEN, RULES, SOURCE, run

NOBODY = 65534
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
#: everything is imported before the change of user: the interpreter may lie where nobody cannot read
AS_NOBODY = """
import difflib, hashlib, os, sys, tempfile
from hardener import harden
from hardener.cli import start
from hardener.cli import remembered, remembering, running
harden("FROM debian\\nRUN true\\nCMD a b\\n")
os.setgroups([]); os.setgid(65534); os.setuid(65534)
start.main()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can enter: pytest's own are for their owner alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "Dockerfile").write_text(SOURCE)
    yield folder
    shutil.rmtree(folder)


def as_nobody(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", AS_NOBODY, *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "none"), "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, capture_output=True, env=environment, check=False)


def test_ctrl_c_leaves_all_files_as_they_were(tmp_path: Path) -> None:
    text = SOURCE + "RUN echo a && echo b\nWORKDIR /a\n" * 400
    for number in range(60):
        (tmp_path / f"{number:02d}.Dockerfile").write_text(text)
    started = subprocess.Popen(
        [*HARDEN, "--write", "--jobs", "2", "."], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(1.5)
    assert started.poll() is None, "the run was over before Ctrl-C: give it more to do"
    for _ in range(100):  # as a person does: on a busy machine the first may come while a process is being forked
        os.killpg(started.pid, signal.SIGINT)
        try:
            started.wait(0.3)
            break
        except subprocess.TimeoutExpired:
            continue
    _, told = started.communicate(timeout=60)
    assert started.returncode == 130
    assert b"Traceback" not in told
    assert all(path.read_text() == text for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 60
    with pytest.raises(ProcessLookupError):  # no worker is left
        os.killpg(started.pid, 0)


@needs_root
def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    (open_folder / "Dockerfile").chmod(0o666)
    done = as_nobody("--write", "Dockerfile", *RULES, cwd=open_folder)
    assert done.returncode == 2, done.stderr
    assert b"Dockerfile: cannot be written: Permission denied; it was not changed" in done.stderr
    assert (open_folder / "Dockerfile").read_text() == SOURCE
    assert as_nobody("Dockerfile", *RULES, cwd=open_folder).returncode == 1


@needs_root
def test_a_file_that_cannot_be_written_or_read(open_folder: Path) -> None:
    os.chown(open_folder, NOBODY, NOBODY)
    (open_folder / "Dockerfile").chmod(0o444)
    done = as_nobody("--write", "Dockerfile", *RULES, cwd=open_folder)
    assert done.returncode == 2
    assert b"Dockerfile: is read-only; nothing was written" in done.stderr
    (open_folder / "secret.Dockerfile").write_text(SOURCE)
    (open_folder / "secret.Dockerfile").chmod(0o600)
    done = as_nobody("--check", ".", *RULES, cwd=open_folder)
    assert done.returncode == 2
    assert b"secret.Dockerfile: cannot be read: Permission denied" in done.stderr
    assert b"would change Dockerfile" in done.stdout
    assert (open_folder / "Dockerfile").read_text() == SOURCE


@needs_root
def test_a_full_disk(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a file system cannot be mounted here")
    try:
        (tmp_path / "Dockerfile").write_text(SOURCE)
        with contextlib.suppress(OSError), (tmp_path / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
        done = run("--write", "Dockerfile", *RULES, cwd=tmp_path)
        assert done.returncode == 2
        assert b"Dockerfile: cannot be written: No space left on device; it was not changed" in done.stderr
        assert (tmp_path / "Dockerfile").read_text() == SOURCE
        assert sorted(p.name for p in tmp_path.iterdir()) == ["Dockerfile", "filler"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    done = subprocess.run(
        [*HARDEN, "--write", "Dockerfile", *RULES], cwd=tmp_path, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)),
    )  # fmt: skip
    assert done.returncode == 2
    assert b"File too large; it was not changed" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]
    assert (tmp_path / "Dockerfile").read_text() == SOURCE


def test_two_writers_at_once(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    for _ in range(3):
        path.write_text(SOURCE)
        both = [subprocess.Popen([*HARDEN, "--write", "-q", "Dockerfile", *RULES], cwd=tmp_path) for _ in range(2)]
        codes = sorted(started.wait(60) for started in both)
        assert path.read_text() == FIXED
        assert codes in ([0, 0], [0, 2])
        assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


def test_an_editor_that_saves_meanwhile_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")
    sync = os.fsync

    def save(handle: int) -> None:
        sync(handle)
        path.write_bytes(b"saved by an editor")

    monkeypatch.setattr(os, "fsync", save)
    with pytest.raises(InputError, match="changed while"):
        files.write(path, b"ours", b"old")
    assert path.read_bytes() == b"saved by an editor"
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(tmp_path):
        server.bind("socket")
        for name in ("fifo", "socket", "/dev/null"):
            done = run(name, cwd=tmp_path)
            assert done.returncode == 2, name
            assert f"{name}: is not a regular file; give - to read standard input".encode() in done.stderr


def test_closed_and_full_streams(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    command = " ".join(HARDEN)

    def shell(line: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["sh", "-c", f"{command} {line}"], cwd=tmp_path, capture_output=True, check=False)

    done = shell("- <&-")
    assert (done.returncode, done.stderr) == (2, b"error: standard input is closed\n")
    assert shell("Dockerfile <&-").returncode == 1
    assert shell("Dockerfile >&-").returncode == 1
    assert shell("Dockerfile 2>&-").returncode == 1
    if Path("/dev/full").exists():
        done = shell("Dockerfile -q >/dev/full")
        assert (done.returncode, done.stderr) == (2, b"error: standard output: No space left on device\n")


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "".join(f"RUN <<E{n}\necho {n}\nE{n}\n" for n in range(3000)),
        "FROM a\nRUN " + " ".join(f"<<E{n}" for n in range(300)) + "\n" + "".join(f"x\nE{n}\n" for n in range(300)),
        "FROM a\nRUN <<E\n" + "".join(f"cat <<F{n}\n" for n in range(3000)) + "E\n",
        "FROM a\nRUN <<E\n" + "if true; then\n" * 3000 + "E\n",
        "FROM a\nRUN " + "$(" * 5000 + ")" * 5000 + "\n",
        "FROM a\nRUN " + "(" * 5000 + "true" + ")" * 5000 + "\n",
        "FROM a\nCMD " + "[" * 5000 + "]" * 5000 + "\n",
        "FROM a\nENV a=" + "${a:-" * 5000 + "}" * 5000 + "\n",
        "FROM a\n" + "ONBUILD " * 5000 + "RUN true\n",
        "FROM a\nRUN true" + " && \\\n true" * 20000 + "\n",
    ],
    ids=["many heredocs", "many in one line", "nested look", "ifs", "substitutions", "subshells", "brackets",
         "defaults", "onbuild", "continuations"],
)  # fmt: skip
def test_deep_and_long_files_end_in_a_result_or_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    done = run("--unsafe-fixes", "--check", "Dockerfile", cwd=tmp_path)
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert b"internal" not in done.stderr, done.stderr[-500:]
    assert (tmp_path / "Dockerfile").read_text() == text


def test_a_line_of_seventy_thousand_bytes_is_refused_as_buildkit_refuses_it(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nRUN echo " + "a" * 70_000 + "\n")
    done = run("Dockerfile", cwd=tmp_path)
    assert done.returncode == 2
    assert b"Dockerfile:2:" in done.stderr


def test_no_word_is_lost_in_bytes_of_any_kind(tmp_path: Path) -> None:
    data = b"FROM debian:trixie-slim\nLABEL a=\xff\xfe\x80\nRUN apt-get update\nRUN apt-get install -y tini\n"
    (tmp_path / "Dockerfile").write_bytes(data)
    assert run("--write", "Dockerfile", *RULES, cwd=tmp_path).returncode == 0
    assert b"LABEL a=\xff\xfe\x80\n" in (tmp_path / "Dockerfile").read_bytes()
    assert harden(data).data.startswith(b"FROM debian:trixie-slim\nLABEL a=\xff\xfe\x80\n")
