"""Where harden differs from BuildKit's parser of 2023 (PyPI `dockerfile`) on purpose: what today's frontend does.

Each row is a pattern of texts, and why. `tests/test_fuzz.py` holds each to an example that differs.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Difference(NamedTuple):
    """A listed difference.

    Attributes:
        id: what it is about.
        pattern: of the texts that have it.
        example: a text that both read otherwise.
        why: what today's BuildKit does.
    """

    id: str
    pattern: re.Pattern[str]
    example: str
    why: str


DIFFERENCES = (
    Difference(
        "check directive",
        re.compile(r"(?i)\A\ufeff?(?:\s*#[^\n]*\n)*\s*#\s*check\s*="),
        "#check=a\n#check=b\nFROM a\n",
        "`# check=` became a parser directive in 2024: of two of them the second is an error now",
    ),
    Difference(
        "text after a JSON array",
        re.compile(r'\[\s*"[^\]]*\][ \t]*[^\s]'),
        'FROM a\nCMD ["", 0] s\n',
        "what follows a JSON array was ignored; now it makes the line one in shell form (P14)",
    ),
    Difference(
        "text after an array of something else",
        re.compile(r"(?i)\b(?:run|cmd|entrypoint|shell|add|copy|volume)\s+(?:-\S+\s+)*\[\s*[^\]\"]+\][ \t]*[^\s]"),
        "FROM a\nRUN [1]i\n",
        "an array of numbers was refused, whatever follows it; now what follows makes the line one in shell form (P14)",
    ),
    Difference(
        "ONBUILD of ONBUILD",
        re.compile(r"(?im)^\s*onbuild\s+onbuild\b"),
        "FROM a\nONBUILD ONBUILD LABEL a\n",
        "the builder refuses it whatever follows, so what follows is not read; the oracle reads on",
    ),
    Difference(
        "letters in a flag",
        re.compile(r"(?m)^[^\n]*\s--\S*[^\x00-\x7f]"),
        "FROM a\nCOPY --\U0004569e\n",
        "blanks are looked for in the bytes of a flag, and found in some letters; the oracle cannot name the rest",
    ),
    Difference(
        "letters in the kind of a HEALTHCHECK",
        re.compile(r"(?im)^[^\n]*healthcheck\s+(?:--\S+\s+)*\S*[^\x00-\x7f]"),
        "FROM a\nHEALTHCHECK \U000451b7 a\n",
        "the same in its first word: the oracle cannot name the half of a letter, and the builder refuses such a kind",
    ),
)


def known(text: str) -> bool:
    """Tell whether a text has something that both readers are known to read otherwise."""
    return any(difference.pattern.search(text) for difference in DIFFERENCES)
