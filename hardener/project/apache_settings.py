"""Reader of Apache httpd settings, line by line: sections are taken as if all of them counted (U10).

Format: httpd.apache.org/docs/2.4/configuring.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex

_CONTINUED = regex(r"\\\r?\n")
_WORD = regex(r"""\"((?:\\.|[^"\\])*)\"|'((?:\\.|[^'\\])*)'|(\S+)""")


def read_apache(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the directives of a text: the name in small letters, and its arguments without quotes."""
    for line in _CONTINUED.sub(" ", text).splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#<":
            continue
        words = [found[1] or found[2] or found[3] or "" for found in _WORD.finditer(bare)]
        yield words[0].lower(), tuple(words[1:])
