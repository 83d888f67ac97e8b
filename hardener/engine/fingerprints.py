"""What a finding is known by from one day to the next: its rule and the text that it is about, never its line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from hardener.engine.result import Result
from hardener.rules import all_rules
from hardener.rules.base import Finding, Region

#: rule and fingerprint
Key = tuple[str, str]


def keys_of(result: Result, folder: Path) -> list[Key]:
    """Return what each finding of a result is known by, in their order.

    Args:
        result: of a file.
        folder: other files are named relative to it.
    """
    about_image = {rule.name for rule in all_rules() if rule.about_image}
    return [(f.rule, _fingerprint(f, result, folder, about_image)) for f in result.findings]


def counted(keys: Iterable[Key]) -> dict[Key, int]:
    """Return how often each key is there."""
    return dict(Counter(keys))


def relative(path: str | Path, folder: Path) -> str:
    """Return a path as a baseline in `folder` names it, with `/`."""
    return Path(os.path.relpath(os.path.abspath(path), folder)).as_posix()  # noqa: PTH100 (links stay as they are)


def _fingerprint(finding: Finding, result: Result, folder: Path, about_image: set[str]) -> str:
    if finding.change is not None:
        text = f"{relative(finding.file, folder)}\n{_part(finding.change.before or '', finding.region)}"
    elif finding.rule in about_image:
        text = "image"  # where it is shown says nothing about it
    else:
        text = _part(result.source, finding.region)
    plain = " ".join(text.split())
    return sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _part(text: str, region: Region | None) -> str:
    """Return the lines of a region; they may be indented or broken in another way tomorrow."""
    if region is None:
        return ""
    lines = text.split("\n")
    return "\n".join(lines[region.line - 1 : max(region.end_line, region.line)])
