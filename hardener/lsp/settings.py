"""What an editor may set: a table `harden`, the same for the whole workspace or for one of its folders.

Editors read settings from the repository too (`.vscode/settings.json`), so nothing here starts a program, opens the
network or leads out of the workspace: that is for the command line of `harden lsp`, which the user writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hardener.engine.config_reading import unknown_rule
from hardener.fast.records import dataclass
from hardener.output.escape import shown
from hardener.rules.base import Safety

_LISTS = {"select": "select", "extendSelect": "extend_select", "ignore": "ignore"}
#: characters of a problem that are shown: names and values come from a repository
_LONGEST = 300
_LEVELS = {level.value: level for level in Safety}


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """The settings; what is not set is for the configuration file.

    Attributes:
        level: what is shown as a problem, and what `source.fixAll.harden.hardening` may do at the most.
        select: the only rules to run.
        extend_select: rules to run besides.
        ignore: rules not to run.
        context: the build context, a folder of the workspace folder; "" for the one that the files suggest.
    """

    level: Safety | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    context: str = ""


def read(given: object) -> tuple[EditorSettings, tuple[str, ...]]:
    """Return the settings that an editor sent, with or without the table `harden` around, and what is wrong with them.

    A value that cannot be used counts as not set.
    """
    if isinstance(given, Mapping) and isinstance(given.get("harden"), Mapping):
        given = given["harden"]
    if not isinstance(given, Mapping):
        return EditorSettings(), ()
    values: dict[str, Any] = {}
    problems = []
    for key, value in given.items():
        problem = _problem(key, value)
        if problem:
            problems.append(shown(problem[:_LONGEST]))
        elif value is not None:
            values[_LISTS.get(str(key), str(key))] = _value(key, value)
    return EditorSettings(**values), tuple(problems)


def _problem(key: str, value: Any) -> str:
    """Return what is wrong with a setting, "" where nothing is."""
    if key not in (*_LISTS, "level", "context"):
        known = ", ".join(("level", "context", *_LISTS))
        return f"harden.{key}: no such setting; there are {known}"
    if value is None:
        return ""
    if key == "level":
        return (
            ""
            if isinstance(value, str) and value in _LEVELS
            else 'harden.level must be "safe", "hardening" or "unsafe"'
        )
    if key == "context":
        return "" if isinstance(value, str) else "harden.context must be a string"
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return f"harden.{key} must be a list of strings"
    wrong = unknown_rule(value)
    return f"harden.{key}: {wrong}" if wrong else ""


def _value(key: str, value: Any) -> Any:
    if key == "level":
        return _LEVELS[value]
    return value if key == "context" else tuple(value)
