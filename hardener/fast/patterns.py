"""Regular expressions that are compiled when they are first used: a run uses few of the patterns that it loads."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    def regex(text: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
        """Return the pattern of `text`, not yet compiled.

        Args:
            text: the expression.
            flags: as for `re.compile`.

        Raises:
            re.PatternError: at its first use, where the expression is wrong (a test compiles them all).
        """
        return re.compile(text, flags)


_METHODS = ("match", "search", "fullmatch", "sub", "split", "findall", "finditer")


class _Regex:
    """A stand-in for a compiled pattern: what is asked of it is asked of the real one, and kept."""

    def __init__(self, text: str, flags: int | re.RegexFlag = 0) -> None:
        self.pattern = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)


if not TYPE_CHECKING:
    regex = _Regex
