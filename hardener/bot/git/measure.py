"""What a checkout would take, read from the objects of a commit before a file of it is written.

A tree may name another one often: a repository of a few KB can hold millions of files, or terabytes.
"""

from __future__ import annotations

from hardener.bot.git.command import Git, GitError

#: files and folders
ENTRIES = 200_000
#: of all files together, in bytes: as a forge counts what is left alone for its size
SIZE = 2 << 30
#: folders in folders; a run of harden goes no deeper either
DEPTH = 200


def check_extent(git: Git, commit: str) -> None:
    """Look at all that a commit holds, as far as the bounds.

    Args:
        git: in a clone that has the objects of the commit.
        commit: its id.

    Raises:
        GitError: it holds more than a checkout may.
    """
    size = 0
    # folders too: git walks those that hold nothing, however many there are
    for number, record in enumerate(git.records("ls-tree", "-r", "-t", "-l", "-z", "--full-tree", commit), 1):
        fields, _, path = record.partition(b"\t")
        told = fields.rsplit(b" ", 1)[-1]
        size += int(told) if told.isdigit() else 0
        if path.count(b"/") > DEPTH:
            raise GitError(f"its folders are nested more than {DEPTH} deep; nothing was checked out")
        if number > ENTRIES:
            raise GitError(f"it has more than {ENTRIES} files and folders; nothing was checked out")
        if size > SIZE:
            raise GitError(f"its files take more than {SIZE >> 30} GiB; nothing was checked out")
