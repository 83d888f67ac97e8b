"""A run that touches no forge: patches and the texts of requests go to a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hardener.bot import history, texts
from hardener.bot.bench import Told, to_change
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy
from hardener.bot.rewriting import Change
from hardener.bot.worker import rewrite_apart
from hardener.engine import files
from hardener.errors import HardenError
from hardener.output.diff import change_diff
from hardener.project.file_change import FileChange
from hardener.text import decode


def local(folder: Path, policy: Policy) -> Told:
    """Harden a checkout without changing it, and return what its requests would hold."""
    name = str(folder)
    if not folder.is_dir():
        return Told(name, "is not a folder", failed=True)
    try:
        groups = rewrite_apart(folder, policy.order())
    except HardenError as error:
        return Told(name, str(error), failed=True)
    return Told(name, to_change(groups), groups=tuple(groups))


def every_local(folders: Sequence[Path], policy: Policy, ledger: Ledger, jobs: int) -> Iterator[Told]:
    """Harden checkouts, several at once, and yield what came of each in order; the ledger keeps what was found."""
    with ThreadPoolExecutor(jobs, "harden-bot") as pool:
        for folder, told in zip(folders, pool.map(lambda one: local(one, policy), folders), strict=True):
            if not told.failed:
                history.found(ledger, str(folder), "", told.groups)
            yield told


def write(told: Iterable[Told], out: Path, policy: Policy) -> int:
    """Write a patch and the text of its request for each group that changes something; return how many.

    Raises:
        HardenError: the folder cannot be written.
    """
    taken: set[str] = set()
    for one in told:
        for group in one.groups:
            if group.changes:
                branch = policy.branch(group.name)
                # the branch of a file says nothing to a person
                name = branch if branch.endswith(f"/{group.name}") else f"{branch}-{group.name}"
                stem = _free(f"{_plain(one.repository)}--{_plain(name)}", taken)
                try:
                    out.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise HardenError(f"{out}: cannot be made: {error.strerror}") from None
                files.create(out / f"{stem}.patch", patch(group.changes))
                style = texts.Style(policy.template, one.repository)
                text = f"# {texts.title(group, style)}\n\n{texts.body(group, style)}"
                files.create(out / f"{stem}.md", text.encode("utf-8", "surrogateescape"))
    return len(taken)


def patch(changes: Iterable[Change]) -> bytes:
    """Return changes as one patch for `git apply`."""
    parts = [
        change_diff(FileChange(c.path, c.path, None if c.before is None else decode(c.before), decode(c.after)))
        for c in changes
    ]
    return "".join(parts).encode("utf-8", "surrogateescape")


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-.")[-100:] or "here"


def _free(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return name
