"""Variables of compose files: `.env`, and what `${NAME}` stands for. Nothing comes from the environment of harden.

Format: the Compose specification (interpolation, env_file).
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.patterns import regex

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_REFERENCE = regex(rf"\$(?:(?P<escaped>\$)|(?P<plain>{_NAME})|\{{)")
_BRACED = regex(rf"(?P<name>{_NAME})(?P<sign>:?[-?+])?")
_LINE = regex(rf"(?:export\s+)?(?P<name>{_NAME})\s*=[ \t]*(?P<value>.*)", re.DOTALL)
#: characters that all texts with their variables filled in may have together, and how deep defaults stand in defaults
_MOST, _DEPTH = 4 << 20, 50
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


@dataclass(slots=True)
class Variables:
    """What variables say, and which were asked for in vain.

    Args:
        known: values by name.
        missing: names without a value and without a default, in the order in which they were asked for.
    """

    known: Mapping[str, str]
    missing: dict[str, None] = field(default_factory=dict)
    _left: int = field(default=_MOST, init=False)
    _depth: int = field(default=0, init=False)

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
            VerifyError: as `in_value`, or values name values that become too long.
        """
        out, at = [], 0
        while found := _REFERENCE.search(text, at):
            out.append(text[at : found.start()])
            at = found.end()
            if found["escaped"]:
                out.append("$")
            elif found["plain"]:
                out.append(self._spent(self.value_of(found["plain"])))
            else:
                end = _end_of(text, at)
                out.append(self._spent(self._braced(text[at:end])))
                at = end + 1
        return "".join([*out, text[at:]])

    def _spent(self, value: str) -> str:
        """Return a value that is filled in; values of values of values would else fill the memory."""
        self._left -= len(value)
        if self._left < 0:
            raise VerifyError(f"variables fill in more than {_MOST >> 20} MiB of text")
        return value

    def _default(self, text: str) -> str:
        if self._depth == _DEPTH:
            raise VerifyError(f"defaults of variables are nested more than {_DEPTH} deep")
        self._depth += 1
        filled = self.in_text(text)
        self._depth -= 1
        return filled

    def value_of(self, name: str) -> str:
        """Return the value of a variable; one without a value is "", and missing."""
        if name not in self.known:
            self.missing[name] = None
        return self.known.get(name, "")

    def _braced(self, inner: str) -> str:
        found = _BRACED.match(inner)
        if found is None or (not found["sign"] and found.end() != len(inner)):
            raise VerifyError(f"`${{{inner}}}` is no variable that Compose knows")
        name, sign, rest = found["name"], found["sign"] or "", inner[found.end() :]
        value = self.known.get(name)
        is_set = bool(value) if sign.startswith(":") else value is not None
        if sign.endswith("+"):
            return self._default(rest) if is_set else ""
        if is_set or not sign:
            return self.value_of(name)
        if sign.endswith("?"):
            said = f": {rest}" if rest else ""
            raise VerifyError(f"the compose file needs a value of {name}{said}; give one with --env {name}=VALUE")
        return self._default(rest)


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
    variables = Variables(ChainMap(dict(known), found))
    lines = iter(text.removeprefix("\ufeff").splitlines())
    for line in lines:
        match = _LINE.match(line.strip())
        if match is not None:
            found[match["name"]] = _unquoted(_whole(match["value"].strip(), lines), variables)
    return found


def _whole(value: str, lines: Iterator[str]) -> str:
    """Return a value with the lines that follow until its quote is closed."""
    quote = value[:1]
    if quote not in ("'", '"') or _closing(value, quote, 1) >= 0:
        return value
    parts = [value]
    for line in lines:
        parts.append(line)
        if _closing(line, quote, 0) >= 0:
            break
    return "\n".join(parts)


def _closing(text: str, quote: str, at: int) -> int:
    """Return where a quote is closed that was opened before `at`, -1 where it is not."""
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 1
        elif text[at] == quote:
            return at
        at += 1
    return -1


def _unquoted(value: str, variables: Variables) -> str:
    quote = value[:1]
    end = _closing(value, quote, 1) if quote in ("'", '"') else -1
    if quote == "'" and end > 0:
        return value[1:end]
    if quote == '"' and end > 0:
        inner = regex(r"\\(.)").sub(lambda found: _ESCAPES.get(found[1], found[0]), value[1:end])
        return variables.in_text(inner)
    return variables.in_text(regex(r"(?:^|\s)#.*").sub("", value).strip())
