"""Environment markers of requirements (PEP 508): which are certainly false on Linux with a known Python."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from hardener.fast.patterns import regex
from hardener.text import whole

_TOKEN = regex(r"""\s*(\(|\)|"[^"]*"|'[^']*'|not\s+in\b|[\w.]+|===?|~=|!=|<=|>=|<|>)""")
_LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}
_ORDER: dict[str, Callable[[tuple[int, int], tuple[int, int]], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def is_never(marker: object, minor: int | None) -> bool:
    """Tell whether a marker is false on Linux with Python 3.`minor` (None: with any); what cannot be read is not."""
    return isinstance(marker, str) and holds(marker, minor) is False


def holds(marker: str, minor: int | None) -> bool | None:
    """Tell whether a marker holds on Linux with Python 3.`minor`; None where that depends, or it cannot be read."""
    tokens = _TOKEN.findall(marker)
    if not tokens or "".join(tokens).replace(" ", "") != re.sub(r"\s", "", marker):
        return None
    try:
        return _Reader(tokens, minor).either()
    except RecursionError:
        return None


def admits(specifiers: str, minor: int, patch: int | None = None) -> bool:
    """Tell whether Python 3.`minor` (None: its newest patch) certainly fits specifiers such as `>=3.11,<4`."""
    for part in specifiers.split(","):
        match = re.match(r"\s*(>=|<=|==|!=|~=|<|>)\s*([\d.]+(?:\.\*)?)\s*\Z", part)
        if match is None:
            return False
        same = re.match(rf"3\.{minor}\.(\d+)\Z", match[2]) if match[1] == ">=" else None
        if same is not None and (patch is None or patch >= whole(same[1])):
            continue
        if holds(f"python_full_version {match[1]} '{match[2]}'", minor) is not True:
            return False
    return True


class _Reader:
    """Reads a marker by descent; every value is True, False, or None where it depends on what is not known."""

    def __init__(self, tokens: list[str], minor: int | None) -> None:
        self.tokens, self.minor, self.at = tokens, minor, 0

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def either(self) -> bool | None:
        value = self.both()
        while self.tokens[self.at : self.at + 1] == ["or"]:
            self.at += 1
            other = self.both()
            value = True if value or other else None if value is None or other is None else False
        return value

    def both(self) -> bool | None:
        value = self.one()
        while self.tokens[self.at : self.at + 1] == ["and"]:
            self.at += 1
            other = self.one()
            value = False if value is False or other is False else None if value is None or other is None else True
        return value

    def one(self) -> bool | None:
        if self.tokens[self.at : self.at + 1] == ["("]:
            self.at += 1
            value = self.either()
            self.take()
            return value
        left, sign, right = self.take(), self.take(), self.take()
        if left[:1] in "\"'" and right[:1] not in "\"'":
            turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
            left, sign, right = right, turned.get(sign, sign), left
            if "in" in sign:
                return None
        return self.compared(left, " ".join(sign.split()), right.strip("\"'"))

    def compared(self, name: str, sign: str, value: str) -> bool | None:
        if name in ("python_version", "python_full_version"):
            return self.version(sign, value, is_full=name == "python_full_version")
        known = _LINUX.get(name)
        if known is None:
            return None
        if sign in ("==", "!="):
            return (known == value) is (sign == "==")
        if sign in ("in", "not in"):
            return (known in value) is (sign == "in")
        return None

    def version(self, sign: str, value: str, *, is_full: bool) -> bool | None:
        """Compare with `3.N`: a whole version of the same N depends on the patch, which is not known."""
        parts = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(\.\*)?\Z", value)
        if parts is None or self.minor is None:
            return None
        own, other = (3, self.minor), (whole(parts[1]), whole(parts[2] or "0"))
        if sign == "~=":
            return None if parts[3] or not parts[2] else own[0] == other[0] and own >= other
        if own == other and parts[2] and is_full:
            if not whole(parts[3] or "0") and sign in (">=", "<"):
                return sign == ">="
            return (sign == "==") if parts[4] and sign in ("==", "!=") else None
        if sign in _ORDER:
            return _ORDER[sign](own, other)
        if sign in ("==", "!="):
            same = own[0] == other[0] if not parts[2] and parts[4] else own == other
            return same is (sign == "==")
        return None
