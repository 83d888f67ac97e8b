"""What a file has besides its text, carried over to the one that takes its place."""

from __future__ import annotations

import contextlib
import errno
import os
import stat

_UNSUPPORTED = frozenset({errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
#: set by the system or by root: a copy by another user may go without them
_OF_THE_SYSTEM = ("security.", "trusted.")


def carry_over(source: str, status: os.stat_result, target: str) -> None:
    """Give `target` the owner, mode, access lists and extended attributes of `source`.

    Args:
        source: the file that is replaced.
        status: of it.
        target: the file that takes its place.

    Raises:
        OSError: an attribute or an access list cannot be kept.
    """
    _owner(status, target)
    # after the owner, which clears setuid; before the access list, of which the mode is a part
    os.chmod(target, stat.S_IMODE(status.st_mode))  # noqa: PTH101
    for name, value in _attributes(source).items():
        try:
            os.setxattr(target, name, value)
        except OSError:
            if not name.startswith(_OF_THE_SYSTEM):
                raise


def _owner(status: os.stat_result, target: str) -> None:
    mine = os.stat(target)  # noqa: PTH116
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        # only root may give a file away: for others it stays theirs
        with contextlib.suppress(PermissionError):
            os.chown(target, status.st_uid, status.st_gid)


def _attributes(path: str) -> dict[str, bytes]:
    """Return the extended attributes; access lists are among them. {} where the system has none."""
    if not hasattr(os, "listxattr"):
        return {}
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return {}
        raise
