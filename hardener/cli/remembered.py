"""The result of an earlier run, what was printed and the exit code, taken again where all that it read is as it was.

This is what a run that has nothing to do loads, so nothing else of ours is imported, and no `json`.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from hardener.fast.recording import CODE, LINK_STATUS, NAMES, STATUS, TARGET, TEXT, code_of, mark_of, status_of
from hardener.fast.sha256 import hexdigest

#: changes with what an entry looks like and with what is noted of a run
FORMAT = b"harden run 1"
#: larger entries are neither written nor read
LIMIT = 64 << 20
#: of a file as much counts as a run reads of one at the most
_TEXT = (16 << 20) + 1
#: what a run asks the environment for; a test watches that it asks for nothing else
VARIABLES = (
    "ALL_PROXY", "COLUMNS", "DOCKER_CONFIG", "FORCE_COLOR", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LANG", "LANGUAGE",
    "NO_COLOR", "NO_PROXY", "PATH", "REGISTRY_AUTH_FILE", "TERM", "TZ", "all_proxy", "http_proxy", "https_proxy",
    "no_proxy",
)  # fmt: skip
_PREFIXES = ("HARDEN_", "LC_", "PYTHON", "SSL_", "XDG_")


def folder_of(env: dict[str, str] | os._Environ[str]) -> str:
    """Return the folder of the results: `$HARDEN_CACHE_DIR/runs`, `$XDG_CACHE_HOME/harden/runs`, else in ~/.cache."""
    named = env.get("HARDEN_CACHE_DIR", "")
    if os.path.isabs(named):  # noqa: PTH117
        return os.path.join(named, "runs")  # noqa: PTH118 (pathlib costs more than the look-up)
    base = env.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117
        base = os.path.join(env.get("HOME") or os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    return os.path.join(base, "harden", "runs")  # noqa: PTH118


def is_wanted(arguments: list[str], env: dict[str, str] | os._Environ[str]) -> bool:
    """Tell whether a run may be answered by an earlier one: nobody is asked, and nothing comes by standard input."""
    off = {"-", "-i", "--interactive", "--no-cache"}
    return os.name == "posix" and not off.intersection(arguments) and env.get("HARDEN_NO_CACHE", "") in ("", "0")


def key_of(arguments: list[str]) -> str:
    """Return the name of the entry of this run: all that it is given besides what it reads itself."""
    named = {name: value for name, value in os.environ.items() if name in VARIABLES or name.startswith(_PREFIXES)}
    parts = [
        FORMAT.decode(), sys.version, sys.executable, os.path.abspath(__file__), os.getcwd(), *_streams(),  # noqa: PTH100, PTH109
        f"{os.geteuid()}:{os.getegid()}:{os.getgroups()}", str(os.cpu_count()), *sys.path, "", *arguments, "",
        *(f"{name}={value}" for name, value in sorted(named.items())),
    ]  # fmt: skip
    return hexdigest("\0".join(parts).encode("utf-8", "surrogateescape"))


def _streams() -> list[str]:
    """Return what a run is printed to."""
    found = []
    for stream in (sys.stdout, sys.stderr):
        terminal = stream.isatty()
        try:
            width = os.get_terminal_size(stream.fileno()).columns if terminal else 0
        except (OSError, ValueError):
            width = -1
        found.append(f"{terminal} {width} {stream.encoding} {stream.errors}")
    return found


def is_private(folder: str) -> bool:
    """Tell whether nobody but this user can write into a folder or read it."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def replayed(folder: str, key: str) -> int | None:
    """Print what an earlier run printed and return its exit code; None where there is none that still holds."""
    if not is_private(folder):
        return None
    path = os.path.join(folder, key)  # noqa: PTH118
    data = _entry(path)
    if data is None:
        return None
    try:
        found = _read(data)
    except (ValueError, IndexError):
        return None
    if found is None:
        return None
    code, chunks, output = found
    at = 0
    for chunk in chunks:
        stream, size = (sys.stdout if chunk[:1] == b"o" else sys.stderr), int(chunk[1:])
        sys.stdout.flush()
        stream.buffer.write(output[at : at + size])
        stream.flush()
        at += size
    try:
        os.utime(path)  # entries that are used stay longest
    except OSError:
        return code
    return code


def _entry(path: str) -> bytes | None:
    """Return what a file of this user holds."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        mine = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
        return file.read() if mine and found.st_size <= LIMIT else None


def _read(data: bytes) -> tuple[int, list[bytes], bytes] | None:
    """Return exit code, chunks and output of an entry; None where it is not whole or does not hold any more."""
    form, checksum, rest = data.split(b"\n", 2)
    if form != FORMAT or checksum.decode("ascii", "replace") != hexdigest(rest):
        return None
    head, body = rest.split(b"\n", 1)
    code, until, began, size, *chunks = head.split(b" ")
    now = time.time()
    if not float(began) - 1 <= now <= float(until):  # a clock that was put back says nothing of an age
        return None
    if not holds(body[: int(size)]):
        return None
    return int(code), chunks, body[int(size) :]


def holds(rows: bytes) -> bool:
    """Tell whether each question still has its answer; rows are path, kind, mark and answer, each ended by a NUL."""
    fields = rows.split(b"\0")
    return all(map(_same, fields[0::4], fields[1::4], fields[2::4], fields[3::4]))


def _same(path: bytes, kind: bytes, mark: bytes, answer: bytes) -> bool:
    if kind in (b"d", b"f") and mark and mark_of(path).encode() == mark:
        return True
    return answer_of(path, kind.decode("ascii")).encode("utf-8", "surrogateescape") == answer


def answer_of(path: bytes, kind: str) -> str:
    """Return what the world answers to a question now."""
    if kind in (STATUS, LINK_STATUS):
        return status_of(path, follow=kind == STATUS)
    if kind == CODE:
        return code_of(path)
    try:
        if kind == TARGET:
            return os.fsdecode(os.readlink(path))  # noqa: PTH115
        return _text(path) if kind == TEXT else _names(path) if kind == NAMES else "?"
    except OSError as error:
        return f"!{error.errno}"


def _text(path: bytes) -> str:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return f"kind {stat.S_IFMT(found.st_mode)}"
        return hexdigest(file.read(_TEXT))


def _names(path: bytes) -> str:
    """Return a digest of the names in a folder, with what each of them is."""
    with os.scandir(path) as entries:
        found = sorted((entry.name, _kind(entry)) for entry in entries)
    return hexdigest(b"\0".join(part for row in found for part in row))


def _kind(entry: os.DirEntry[bytes]) -> bytes:
    if entry.is_symlink():
        return b"l"
    return b"d" if entry.is_dir(follow_symlinks=False) else b"f" if entry.is_file(follow_symlinks=False) else b"o"
