"""A clone for one run: the tip of the base, a branch of ours with one commit, and a push that overwrites nobody."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from hardener.bot.git.command import Git, GitError
from hardener.bot.git.measure import check_extent
from hardener.fast.records import dataclass
from hardener.output.escape import shown

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: last lines of our commits: the tree as we made it, so that a changed commit is known for somebody else's
_TREE = "Harden-Tree: "


@dataclass(frozen=True, slots=True)
class Tip:
    """The last commit of a branch of ours.

    Attributes:
        commit: its id.
        tree: what it holds.
        parents: of it.
        is_ours: whether it is as this identity made it; not so once a person has added to it or changed it.
    """

    commit: str
    tree: str
    parents: tuple[str, ...]
    is_ours: bool


class Clone:
    """A clone of the tip of one branch.

    Args:
        git: in the folder of the clone.
        url: where it came from.
        base: the branch.
        commit: its tip.
    """

    def __init__(self, git: Git, url: str, base: str, commit: str) -> None:
        self.git, self.url, self.base, self.commit = git, url, base, commit

    def time(self) -> str:
        """Return when the base was committed: our commits have the same time, so the same change is the same commit."""
        return self.git.text("show", "-s", "--format=%cd", "--date=raw", self.commit)

    def tip(self, branch: str) -> Tip | None:
        """Return the tip of a branch of the forge; None where there is none."""
        commit = remote_tip(self.git, self.url, branch)
        if commit is None:
            return None
        self.git.run("fetch", "-q", "--no-tags", "--depth=1", self.url, commit, to_forge=True)
        return read_tip(commit, self.git.run("cat-file", "commit", commit), self.git.identity[1])

    def tree_with(self, changes: Mapping[str, bytes]) -> str:
        """Return the id of the base's tree with files replaced or added; only git's own store is written.

        Args:
            changes: path with `/` in the repository, and what the file is to hold.

        Raises:
            GitError: a path is no regular file of the base, or cannot be one.
        """
        self.git.run("read-tree", self.commit)
        lines = bytearray()
        for path, data in changes.items():
            mode = self._mode(path)
            # with the path: newlines as .gitattributes has them in the repository
            oid = self.git.run("hash-object", "-w", "--stdin", f"--path={path}", stdin=data).decode("ascii").strip()
            lines += f"{mode} {oid}\t".encode() + os.fsencode(path) + b"\0"
        self.git.run("update-index", "-z", "--add", "--index-info", stdin=bytes(lines))
        return self.git.text("write-tree")

    def _mode(self, path: str) -> str:
        found = self.git.run("ls-tree", "-z", self.commit, "--", f":(literal){path}").split(b"\0")[0]
        mode = found.split(b" ", 1)[0].decode("ascii") or "100644"
        if mode not in ("100644", "100755"):
            raise GitError("a file to change is a link or a submodule")
        return mode

    def small_text(self, path: str, most: int) -> str:
        """Return a regular file of the base as text; "" where there is none, or a larger one."""
        found = self.git.run("ls-tree", "-l", "-z", self.commit, "--", f":(literal){path}").split(b"\0")[0]
        mode, _, oid, size, *_ = [*found.partition(b"\t")[0].split(), b"", b"", b"", b""]
        if not mode.startswith(b"100") or not size.isdigit() or int(size) > most:
            return ""
        return self.git.run("cat-file", "blob", oid.decode("ascii")).decode("utf-8", "replace")

    def commit_of(self, tree: str, message: str) -> str:
        """Make a signed-off commit of a tree on top of the base and return its id."""
        name, mail = self.git.identity
        text = f"{message.rstrip()}\n\n{_TREE}{tree}\nSigned-off-by: {name} <{mail}>\n"
        arguments = ("commit-tree", tree, "-p", self.commit, "-F", "-")
        return self.git.run(*arguments, stdin=text.encode(), at=self.time()).decode("ascii").strip()

    def push(self, commit: str, branch: str, seen: str | None) -> None:
        """Put a branch of the forge on a commit.

        Args:
            commit: the new tip.
            branch: the branch.
            seen: the tip that is replaced, None for a new branch.

        Raises:
            GitError: the branch is not where it was seen, or may not be pushed.
        """
        ref = f"refs/heads/{branch}"
        lease = f"--force-with-lease={ref}:{seen or ''}"
        self.git.run("push", "-q", "--no-verify", lease, self.url, f"{commit}:{ref}", to_forge=True)


def read_tip(commit: str, data: bytes, mail: str) -> Tip:
    """Return what a commit is, read from its own bytes: a shallow clone shows no parents otherwise.

    Args:
        commit: its id.
        data: what git stores.
        mail: the address of who commits for the bot.
    """
    head, _, message = data.partition(b"\n\n")
    fields = [line.partition(b" ")[::2] for line in head.split(b"\n")]
    tree = next((value.decode() for name, value in fields if name == b"tree"), "")
    parents = tuple(value.decode() for name, value in fields if name == b"parent")
    is_by_us = any(name == b"committer" and f"<{mail}>".encode() in value for name, value in fields)
    is_as_made = f"\n{_TREE}{tree}\n".encode() in b"\n" + message + b"\n"
    return Tip(commit, tree, parents, is_by_us and is_as_made)


def remote_tip(git: Git, url: str, branch: str) -> str | None:
    """Return the tip of a branch of the forge; None where there is none."""
    told = git.run("ls-remote", "--heads", url, f"refs/heads/{branch}", to_forge=True).decode("utf-8", "replace")
    for line in told.splitlines():
        oid, _, ref = line.partition("\t")
        if ref == f"refs/heads/{branch}" and _OID.fullmatch(oid):
            return oid
    return None


def clone(git: Git, url: str, base: str) -> Clone:
    """Clone the tip of a branch into the folder of `git`, which is empty; history does not come.

    Raises:
        GitError: it cannot be had, or takes more than a checkout may.
    """
    ref = f"refs/remotes/origin/{base}"
    _check_out(git, url, f"+refs/heads/{base}:{ref}", ref)
    return Clone(git, url, base, git.text("rev-parse", "--verify", f"{ref}^{{commit}}"))


def clone_at(git: Git, url: str, commit: str) -> None:
    """Get the files of one commit, such as the head of a pull request, into the folder of `git`, which is empty.

    Raises:
        GitError: it is no commit, cannot be had, or takes more than a checkout may.
    """
    if not _OID.fullmatch(commit):
        raise GitError("cannot read which commit the forge names")
    _check_out(git, url, commit, commit)


def _check_out(git: Git, url: str, wanted: str, name: str) -> None:
    """Fetch a commit with all that it holds, look at how much that is, and only then write its files."""
    git.run("init", "-q")
    git.run("config", "remote.origin.url", url)
    git.run("fetch", "-q", "--no-tags", "--depth=1", "origin", wanted, to_forge=True)
    commit = git.text("rev-parse", "--verify", f"{name}^{{commit}}")
    check_extent(git, commit)
    git.run("checkout", "-q", "--detach", commit)


def checked_branch(name: str) -> str:
    """Return the name of a branch as it may stand in an argument.

    Raises:
        GitError: git would take it for something else.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][\w./+@#-]*", name) or ".." in name or name.endswith((".lock", "/", ".")):
        raise GitError(f"the branch {shown(name)[:100]} has a name that git may misread")
    return name
