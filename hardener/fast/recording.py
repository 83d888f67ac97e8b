"""What a process reads of the world: every file, folder, link and status that is asked for, and what came of it.

The functions of `os` and `io` that all such questions go through are replaced while a run is recorded. A note at each
place that reads could be forgotten, and a result would then be taken again that is no longer right.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import stat
import sys
from collections.abc import Callable
from typing import Any

#: answers that stay until somebody changes the file system; any other error may be gone a moment later
LASTING = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR,
     errno.EINVAL, errno.ENXIO)
)  # fmt: skip
#: kinds of questions: status, status of a link itself, target of a link, names in a folder, text of a file, our code
STATUS, LINK_STATUS, TARGET, NAMES, TEXT, CODE = "s", "l", "r", "d", "f", "m"
#: added to the kind of a question that could not be answered, beside the mark from before
FAILED = "!"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
#: what changes the world or depends on more than files; nothing of it is known to a record
_EFFECTS = ("access", "chmod", "link", "mkdir", "remove", "rename", "replace", "symlink", "truncate", "unlink", "utime")

#: audit events of the network and of other programs
_OUTSIDE = ("socket.connect", "socket.getaddrinfo", "socket.gethost", "socket.send", "subprocess.", "os.exec",
            "os.posix_spawn", "os.system")  # fmt: skip

Row = tuple[bytes, str]
#: new rows, why they are not all, and until when they count
News = tuple[list[tuple[Row, str]], str, float]


def status_of(path: bytes, *, follow: bool) -> str:
    """Return what counts of the status of a file: kind, mode, size of a regular file, owner; or the error."""
    try:
        return shown_status(_STAT(path) if follow else _LSTAT(path))
    except OSError as error:
        return f"!{error.errno}"


def shown_status(found: os.stat_result) -> str:
    """Return what counts of a status: times do not."""
    size = found.st_size if stat.S_ISREG(found.st_mode) else 0
    return f"{found.st_mode}:{size}:{found.st_uid}:{found.st_gid}"


def mark_of(path: bytes) -> str:
    """Return what differs once the content of a file or folder has been changed; or the error."""
    try:
        found = _STAT(path)
    except OSError as error:
        return f"!{error.errno}"
    return f"{found.st_ino}:{found.st_mode}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def code_of(path: bytes) -> str:
    """Return what tells a module from an edited one; Python trusts as much where it takes what it has compiled."""
    try:
        found = _STAT(path)
    except OSError as error:
        return f"!{error.errno}"
    return f"{found.st_size}:{found.st_mtime_ns}"


class Recording:
    """What a process has asked of the world since `start`.

    Attributes:
        rows: by path and kind the answer, or the mark that the file or folder had before it was read.
        unusable: why the record does not say all that the run depends on, "" while it does.
        until: seconds since the epoch when an answer that it rests on ends to count.
    """

    def __init__(self) -> None:
        self.rows: dict[Row, str] = {}
        self.unusable = ""
        self.until = float("inf")
        self._fresh: list[tuple[Row, str]] = []
        self._modules: set[str] = set()
        self._undo: list[tuple[Any, str, Any]] = []

    def start(self) -> None:
        """Replace what reads."""
        global _active  # noqa: PLW0603 (what it replaces belongs to the whole process too)
        _active = self
        self._put(os, "stat", self._watching(STATUS, os.stat))
        self._put(os, "lstat", self._watching(LINK_STATUS, os.lstat))
        self._put(os, "readlink", self._watching(TARGET, os.readlink))
        self._put(os, "scandir", self._watching(NAMES, os.scandir))
        self._put(os, "listdir", self._watching(NAMES, os.listdir))
        self._put(os, "open", self._opening_low(os.open))
        opening = self._opening(io.open)
        self._put(io, "open", opening)
        self._put(builtins, "open", opening)
        for name in _EFFECTS:
            if hasattr(os, name):
                self._put(os, name, self._refusing(name, getattr(os, name)))

    def stop(self) -> None:
        """Put back what was replaced."""
        global _active  # noqa: PLW0603
        _active = None
        for owner, name, function in reversed(self._undo):
            setattr(owner, name, function)
        self._undo.clear()

    def refuse(self, why: str) -> None:
        """Say that the record does not hold all that the run depends on."""
        self.unusable = self.unusable or why

    def watch_network(self) -> None:
        """Refuse to go on as soon as a host is asked or a program started; called before either can happen.

        Python has no way to take such a hook back, and most runs need none.
        """
        sys.addaudithook(_outside)

    def add(self, path: bytes, kind: str, answer: str) -> None:
        """Note an answer; a second one that differs was changed by somebody meanwhile."""
        known = self.rows.get((path, kind))
        if known is None:
            self.rows[path, kind] = answer
            self._fresh.append(((path, kind), answer))
        elif known != answer:
            self.refuse("changed while it was read")

    def add_modules(self) -> None:
        """Note the files of the code that ran; Python's own stay with its version, which is part of the key."""
        for name in sys.modules.keys() - self._modules:
            file = getattr(sys.modules[name], "__file__", None)
            if file and (not file.startswith(_LIBRARY) or file.startswith(_PACKAGES)):
                place = os.fsencode(file)
                self.add(place, CODE, code_of(place))
            self._modules.add(name)

    def news(self) -> News:
        """Return what was not yet returned: a process that works for another one tells it."""
        self.add_modules()
        fresh, self._fresh = self._fresh, []
        return fresh, self.unusable, self.until

    def take(self, news: News) -> None:
        """Add what another process has asked."""
        fresh, unusable, until = news
        for (path, kind), answer in fresh:
            self.add(path, kind, answer)
        self.until = min(self.until, until)
        if unusable:
            self.refuse(unusable)

    def _put(self, owner: Any, name: str, function: Any) -> None:
        self._undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, function)

    def _failed(self, path: bytes, kind: str, error: OSError) -> None:
        if error.errno not in LASTING:
            self.refuse(f"error {error.errno}")
        self.add(path, kind, f"!{error.errno}")

    def _watching(self, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that notes what it is asked."""

        def watched(path: Any = ".", *args: Any, **named: Any) -> Any:
            place = _place(path)
            if place is None or named.get("dir_fd") is not None:
                if not isinstance(path, int) or kind == NAMES:
                    self.refuse("a path that cannot be noted")
                return real(path, *args, **named)
            asked = LINK_STATUS if kind == STATUS and named.get("follow_symlinks") is False else kind
            if kind == NAMES:
                self.add(place, kind, mark_of(place))
            try:
                found = real(path, *args, **named)
            except OSError as error:
                self._failed(place, kind + FAILED if kind == NAMES else asked, error)
                raise
            if kind == TARGET:
                self.add(place, kind, os.fsdecode(found))
            elif kind != NAMES:
                self.add(place, asked, shown_status(found))
            return found

        return watched

    def _opening_low(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *args: Any, **named: Any) -> int:
            if flags & _WRITING or named.get("dir_fd") is not None:
                self.refuse("a file is written")
                return real(path, flags, *args, **named)
            return int(self._reading(path, lambda: real(path, flags, *args, **named)))

        return opened

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
            if isinstance(file, int):
                return real(file, mode, *args, **named)
            if set(mode) & set("wax+"):
                self.refuse("a file is written")
                return real(file, mode, *args, **named)
            return self._reading(file, lambda: real(file, mode, *args, **named))

        return opened

    def _reading(self, path: Any, read: Callable[[], Any]) -> Any:
        place = _place(path)
        if place is None:
            self.refuse("a path that cannot be noted")
            return read()
        self.add(place, TEXT, mark_of(place))
        try:
            return read()
        except OSError as error:
            self._failed(place, TEXT + FAILED, error)
            raise

    def _refusing(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def refused(*args: Any, **named: Any) -> Any:
            self.refuse(f"os.{name}")
            return real(*args, **named)

        return refused


def _outside(event: str, _: tuple[Any, ...]) -> None:
    if _active is not None and event.startswith(_OUTSIDE):
        _active.refuse(event)


def _place(path: Any) -> bytes | None:
    """Return a path as bytes; None for what is no path, such as a descriptor."""
    if path is None:
        return b"."
    if isinstance(path, int):
        return None
    try:
        place = os.fsencode(path)
    except (TypeError, ValueError):
        return None
    return None if b"\0" in place else place


def recording() -> Recording | None:
    """Return what records this process, None where nothing does."""
    return _active


_active: Recording | None = None
_STAT, _LSTAT = os.stat, os.lstat
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120
_PACKAGES = os.path.join(_LIBRARY, "site-packages")  # noqa: PTH118
