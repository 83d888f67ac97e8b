"""Packages that are tools for people, or for the steps of a build, and what calls them (C37)."""

from __future__ import annotations

import re
from functools import cache

from hardener.knowledge.facts import facts
from hardener.knowledge.recommends import is_called

#: what may stand in front of the name of a program that is called, and what may not follow it
_BEFORE = r"(?<![\w.@/+])(?<![\w-]-)(?:/(?:usr/)?(?:local/)?s?bin/)?"
_AFTER = r"(?![\w.(:=/@-])"
#: of a manifest of npm: where the sources are, not what is called
_NO_CALL = r"(?<!\"type\": \")(?<!\"type\":\")"
_NOTHING = r"(?!)"


def tools() -> tuple[str, ...]:
    """Return the packages that are tools."""
    return tuple(facts("tools")["programs"])


def is_tool(package: str) -> bool:
    """Tell whether a package of apt or apk is a tool."""
    return package in facts("tools")["programs"]


@cache
def call_of(package: str) -> str:
    """Return the regular expression of a text that calls a tool, or names what works with it, in any kind of file."""
    names = facts("tools")["programs"][package].split()
    other = facts("tools")["other_calls"].get(package, "")
    called = f"{_NO_CALL}{_BEFORE}(?:{'|'.join(map(re.escape, names))}){_AFTER}" if names else _NOTHING
    return f"{called}|{other}" if other else called


def calls(package: str, text: str) -> bool:
    """Tell whether a text of a Dockerfile, without the names of installed packages, calls a tool."""
    return re.search(call_of(package), text) is not None or is_called(package, text)


def is_linked(package: str, text: str) -> bool:
    """Tell whether a Dockerfile speaks of the library that comes along with a tool: a program may be linked with it."""
    pattern = facts("tools")["linked_with"].get(package)
    return pattern is not None and re.search(pattern, text) is not None


def works_with(package: str, text: str) -> bool:
    """Tell whether a lock file names a library that calls a tool, or is linked with what comes along with it."""
    pattern = facts("tools")["other_calls"].get(package)
    return (pattern is not None and re.search(pattern, text) is not None) or is_linked(package, text)


def is_fetched_with(package: str, manager: str) -> bool:
    """Tell whether a package manager may call a tool to fetch what it installs."""
    return manager in facts("tools")["fetch_with"].get(package, "").split()
