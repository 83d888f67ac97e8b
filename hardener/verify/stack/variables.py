"""Variables of compose files: `.env`, and what `${NAME}` stands for. Nothing comes from the environment of harden.

Format: the Compose specification (interpolation, env_file).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.patterns import regex

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_REFERENCE = regex(rf"\$(?:(?P<escaped>\$)|(?P<plain>{_NAME})|\{{)")
_BRACED = regex(rf"(?P<name>{_NAME})(?P<sign>:?[-?+])?")
_LINE = regex(rf"(?:export\s+)?(?P<name>{_NAME})\s*=[ \t]*(?P<value>.*)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


@dataclass(slots=True)
class Variables:
    """What variables say, and which were asked for in vain.

    Args:
        known: values by name.
        missing: names without a value and without a default, in the order in which they were asked for.
    """

    known: Mapping[str, str]
    missing: list[str] = field(default_factory=list)

    def in_value(self, value: Any) -> Any:
        """Return a value of a YAML file with the variables of its texts filled in; keys stay as they are.

        Raises:
            VerifyError: a variable has to be given (`${NAME:?text}`), or a reference has no end.
        """
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, dict):
            return {key: self.in_value(item) for key, item in value.items()}
        return [self.in_value(item) for item in value] if isinstance(value, list) else value

    def in_text(self, text: str) -> str:
        """Return a text with its variables filled in.

        Raises:
            VerifyError: as `in_value`.
        """
        out, at = [], 0
        while found := _REFERENCE.search(text, at):
            out.append(text[at : found.start()])
            at = found.end()
            if found["escaped"]:
                out.append("$")
            elif found["plain"]:
                out.append(self.value_of(found["plain"]))
            else:
                end = _end_of(text, at)
                out.append(self._braced(text[at:end]))
                at = end + 1
        return "".join([*out, text[at:]])

    def value_of(self, name: str) -> str:
        """Return the value of a variable; one without a value is "", and missing."""
        if name not in self.known:
            self._miss(name)
        return self.known.get(name, "")

    def _miss(self, name: str) -> None:
        if name not in self.missing:
            self.missing.append(name)

    def _braced(self, inner: str) -> str:
        found = _BRACED.match(inner)
        if found is None or (not found["sign"] and found.end() != len(inner)):
            raise VerifyError(f"`${{{inner}}}` is no variable that Compose knows")
        name, sign, rest = found["name"], found["sign"] or "", inner[found.end() :]
        value = self.known.get(name)
        is_set = bool(value) if sign.startswith(":") else value is not None
        if sign.endswith("+"):
            return self.in_text(rest) if is_set else ""
        if is_set or not sign:
            return self.value_of(name)
        if sign.endswith("?"):
            said = f": {rest}" if rest else ""
            raise VerifyError(f"the compose file needs a value of {name}{said}; give one with --env {name}=VALUE")
        return self.in_text(rest)


def _end_of(text: str, start: int) -> int:
    """Return where the brace that was opened before `start` is closed: a default may hold references too."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "{" and text[at - 1] == "$") - (text[at] == "}")
        if depth == 0:
            return at
    raise VerifyError(f"`{text[start - 2 :][:80]}` has no end")


def read_env_file(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a `.env` file.

    Args:
        text: of the file.
        known: variables that its values may name, besides those above them; they win over the file's.
    """
    found: dict[str, str] = {}
    lines = iter(text.removeprefix("\ufeff").splitlines())
    for line in lines:
        match = _LINE.match(line.strip())
        if match is None:
            continue
        value = match["value"].strip()
        while value[:1] in ("'", '"') and _closing(value) < 0:  # a value of several lines
            following = next(lines, None)
            if following is None:
                break
            value += "\n" + following
        found[match["name"]] = _unquoted(value, {**found, **known})
    return found


def _closing(value: str) -> int:
    """Return where the quote that a value begins with is closed, -1 where it is not."""
    at = 1
    while at < len(value):
        if value[at] == "\\" and value[0] == '"':
            at += 1
        elif value[at] == value[0]:
            return at
        at += 1
    return -1


def _unquoted(value: str, known: Mapping[str, str]) -> str:
    quote, end = value[:1], _closing(value) if value[:1] in ("'", '"') else -1
    if quote == "'" and end > 0:
        return value[1:end]
    if quote == '"' and end > 0:
        inner = regex(r"\\(.)").sub(lambda found: _ESCAPES.get(found[1], found[0]), value[1:end])
        return Variables(known).in_text(inner)
    return Variables(known).in_text(regex(r"(?:^|\s)#.*").sub("", value).strip())
