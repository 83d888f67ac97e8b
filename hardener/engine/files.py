"""Reading and writing the user's files: nothing is lost, whatever goes wrong."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from hardener.errors import InputError
from hardener.fast.records import dataclass

#: what is larger is no Dockerfile and no compose file, but generated, or meant to keep us busy
LIMIT = 16 << 20


def read(path: Path) -> bytes:
    """Return the bytes of a Dockerfile.

    Raises:
        InputError: it is missing, no file, unreadable, or not text.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give a Dockerfile or let harden look for files in it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path}: is not a regular file; give - to read standard input")
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    check_text(path, data)
    return data


def check_text(name: Path | str, data: bytes) -> None:
    """Refuse what cannot be a Dockerfile.

    Raises:
        InputError: there is a NUL byte, or it is larger than any Dockerfile.
    """
    if len(data) > LIMIT:
        raise InputError(f"{name}: is larger than {LIMIT >> 20} MiB, which no Dockerfile is")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # as PowerShell's `>` writes it
        raise InputError(f"{name}:1:1: this file is UTF-16: save it as UTF-8")
    at = data.find(b"\0")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        column = at - (data.rfind(b"\n", 0, at) + 1) + 1
        raise InputError(f"{name}:{line}:{column}: NUL byte: this is a binary file, not a Dockerfile")


@dataclass(frozen=True, slots=True)
class Part:
    """One file to be written.

    Attributes:
        path: of the file.
        data: what it is to hold.
        original: what it held when it was read; None for a file that was not there.
        follows: a symlink at its place is followed and stays; else it is refused.
        is_own: whatever it holds, harden made it.
    """

    path: Path
    data: bytes
    original: bytes | None
    follows: bool = True
    is_own: bool = False


def write(path: Path, data: bytes, original: bytes) -> None:
    """Replace the content of `path` in one step; mode and owner stay, a symlink stays a symlink.

    The new text goes to a file beside it, which then takes its place: a crash leaves the old or the new, never a part.

    Raises:
        InputError: it changed since it was read, or cannot be written; the file is as it was.
    """
    write_together([Part(path, data, original)])


def write_together(parts: Sequence[Part]) -> None:
    """Write several files or none: all new texts are on the disk before the first takes its place.

    Raises:
        InputError: one changed since it was read, or cannot be written; all files are as they were.
    """
    made = [_Made(part) for part in parts]
    at = made[0]
    try:
        for step in (_Made.prepare, _Made.check, _Made.place):
            for at in made:
                step(at)
    except BaseException as error:
        lost = [str(one.part.path) for one in reversed(made) if not one.restored()]
        if lost:
            raise InputError(f"{', '.join(lost)}: was written and cannot be put back: {error}") from None
        if isinstance(error, OSError):
            after = "" if at.part.is_own else "; it was not changed"
            raise InputError(f"{at.part.path}: cannot be written: {error.strerror}{after}") from None
        raise
    finally:
        for one in made:
            one.clean()


class _Made:
    """A file on its way: its new text beside it, and the old one for as long as it may be wanted back."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.target = Path(os.path.realpath(part.path)) if part.follows else Path(os.path.abspath(part.path))  # noqa: PTH100
        self.temporary = self.backup = ""
        self.placed = False

    def prepare(self) -> None:
        """Write the new text beside the file, with all that the file has besides its text."""
        from hardener.engine.attributes import carry_over
        from hardener.engine.leftovers import beside, sweep

        path = self.part.path
        is_new = self.part.original is None and not (self.part.is_own and self.target.exists())
        if not self.part.follows and self.target.is_symlink():
            raise InputError(f"{path}: is a link; nothing was written")
        status = None if is_new else self.target.stat()
        if status is not None and not os.access(self.target, os.W_OK):
            raise InputError(f"{path}: is read-only; nothing was written")
        sweep(self.target.parent)
        handle, self.temporary = beside(self.target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(self.part.data)
            out.flush()
            os.fsync(out.fileno())
        if status is None:
            os.chmod(self.temporary, 0o666 & ~_umask())  # noqa: PTH101
        else:
            carry_over(str(self.target), status, self.temporary)

    def check(self) -> None:
        """Refuse a file that another program has changed."""
        if self.part.is_own:
            return
        now = self.target.read_bytes() if os.path.lexists(self.target) else None
        if now != self.part.original:
            raise self._changed()

    def place(self) -> None:
        """Give the new text its place; the second name of the old one shows what somebody wrote since the check."""
        if self.part.original is None:
            self._place_new()
            return
        from hardener.engine.leftovers import backup_of

        self.backup = backup_of(self.temporary)
        _keep(self.target, self.backup)
        os.replace(self.temporary, self.target)  # noqa: PTH105
        self.temporary, self.placed = "", True
        if Path(self.backup).read_bytes() != self.part.original:
            raise self._changed()

    def _place_new(self) -> None:
        try:
            if self.part.is_own or not _linked(self.temporary, self.target):
                if not self.part.is_own and os.path.lexists(self.target):
                    raise FileExistsError
                os.replace(self.temporary, self.target)  # noqa: PTH105
                self.temporary = ""
        except FileExistsError:
            raise self._changed() from None
        self.placed = True

    def _changed(self) -> InputError:
        return InputError(f"{self.part.path}: changed while harden worked on it; nothing was written, run it again")

    def restored(self) -> bool:
        """Put back what was there, and tell whether it is there now."""
        if not self.placed:
            return True
        try:
            if self.backup:
                os.replace(self.backup, self.target)  # noqa: PTH105
                self.backup = ""
            else:
                self.target.unlink()
        except OSError:
            return False
        return True

    def clean(self) -> None:
        """Remove what is not needed any more."""
        for name in filter(None, (self.temporary, self.backup)):
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)


def _linked(source: str, target: Path) -> bool:
    """Give a file a second name, which unlike a rename takes no place that is taken; False where there are no such.

    Raises:
        FileExistsError: the place is taken.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _keep(target: Path, name: str) -> None:
    """Give a file a second name, or a copy where the file system has no such thing."""
    try:
        os.link(target, name)
    except OSError:
        import shutil

        shutil.copy2(target, name)


def create(path: Path, data: bytes) -> None:
    """Make a file of harden's own, or replace it in one step; other files, such as a pipe, are written to.

    Raises:
        InputError: it cannot be written; a file that was there is as it was.
    """
    if path.exists() and not path.is_file():  # not its real path: that of /dev/stdout has none
        try:
            path.write_bytes(data)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from None
        return
    write_together([Part(path, data, None, is_own=True)])


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
