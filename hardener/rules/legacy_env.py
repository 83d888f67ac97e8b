"""legacy-env (HD110)."""

from __future__ import annotations

import re
from typing import TypeVar

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Env, Instruction, Label, Words

N = TypeVar("N", bound=Instruction)

_MESSAGE = "the form without `=` is deprecated: the rest of the line is one value"
#: the old form: a name, blanks, a value to the end of the instruction
_OLD = regex(r"([^\s=\"'\\`$]+)[ \t]+(\S(?:.*\S)?)\s*\Z", re.DOTALL)
_QUOTED = regex(r"\"[^\"\\`]*\"\Z|'[^'\\`]*'\Z")
#: a default with a blank in it
_BLANK_IN_VARIABLE = regex(r"\$\{[^}]*\s")
_HELD = Refusal("P32", "its value has blanks beside quotes, escapes or line breaks", "write name=value")


class LegacyEnv(Rule):
    """Write ENV and LABEL as name=value.

    ## What it does
    `ENV name value` becomes `ENV name=value`, and so does `LABEL name value`; a value with blanks gets quotes.

    ## Why
    The old form is deprecated, and BuildKit warns of it. Its value is the whole rest of the line, so that a second
    variable on the line becomes part of the first one.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    ENV LANG C.UTF-8
    ENV OPTIONS --level 3
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    ENV LANG=C.UTF-8
    ENV OPTIONS="--level 3"
    ```

    ## Fix safety
    The value is the same: BuildKit expands variables and removes quotes in both forms. harden puts quotes around a
    value with blanks only if it holds no quotes and no escapes.

    ## When it only reports
    - P32: the value has blanks, and quotes or escapes of its own
    """

    code = "HD110"
    name = "legacy-env"
    safety = Safety.SAFE
    effects = frozenset({Effect.ENV, Effect.LABEL})

    def leave_Env(self, original: Env, updated: Env) -> Env:
        """Rewrite one ENV."""
        return self._rewritten(original, updated)

    def leave_Label(self, original: Label, updated: Label) -> Label:
        """Rewrite one LABEL."""
        return self._rewritten(original, updated)

    def _rewritten(self, original: N, updated: N) -> N:
        match = _OLD.match(original.text)
        if match is None or "=" in original.text.split(maxsplit=1)[0]:
            return updated
        value = _as_word(match[2])
        if value is None:
            return self.report(original, updated, _HELD, _MESSAGE)
        return self.rewrite(original, updated, updated.with_changes(arguments=Words(f"{match[1]}={value}")), _MESSAGE)


def _as_word(value: str) -> str | None:
    """Return a value of the old form as one word of the new one; None where that is not certain."""
    if not any(char.isspace() for char in value):
        return value
    if _QUOTED.match(value):
        return value
    return None if set(value) & set("\"'\\`\n") or _BLANK_IN_VARIABLE.search(value) else f'"{value.rstrip()}"'
