"""What a word of a RUN may stand for that its shell expands: braces, and variables with values that the file says."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from hardener.fast.patterns import regex
from hardener.image.model import StageModel

#: absolute paths in a word, its value or code: `--output=/app/x`, `open("/app/x")`, `cat > /app/x`
PATH = regex(r"""(?:\A|(?<=[\s"'`>(=,]))/[\w./@+-]+""")
_BRACES = regex(r"([\w./-]*)\{([\w./-]*,[\w./,-]*)\}([\w./-]*)\Z")
#: readings of one word that are looked at
_MOST = 16
_VARIABLE = regex(r"\$\{?(\w+)\}?")
#: `a=b`, also in `a=b=c`, and `for a in b c`
_SETS = regex(r"\b(\w+)=(?=(\S{1,500}))|\bfor\s+(\w+)\s+in\s([^;\n]*)")
#: distributions whose /bin/sh takes braces as they are; in the others it may be bash
_PLAIN_SH = frozenset(("debian", "ubuntu", "alpine", "busybox"))


def braces(stage: StageModel, shell: tuple[str, ...] | None, raw: str) -> list[str]:
    """Return the words that `a/{b,c}` stands for, one pair deep; the folder above where the shell knows no braces.

    Args:
        stage: of the RUN.
        shell: what reads it; None where that is not known.
        raw: the word as written; it is returned as it is where it cannot be read.
    """
    match = _BRACES.match(raw)
    if match is None:
        return [raw]
    name = posixpath.basename(shell[0]) if shell else None
    distro = stage.image.distro if stage.image is not None else None
    if name in ("dash", "ash") or (name == "sh" and distro in _PLAIN_SH):
        return [match[1][: match[1].rfind("/") + 1]]
    return [f"{match[1]}{part}{match[3]}" for part in match[2].split(",")]


def hinted(raw: str, text: str, values: Mapping[str, str | None]) -> Iterator[str]:
    """Yield absolute paths that a word with variables may name.

    Args:
        raw: the word as written.
        text: of the RUN, which may set variables itself.
        values: of ARG and ENV.
    """
    readings, set_there = [raw], _set_in(text)
    for name in dict.fromkeys(_VARIABLE.findall(raw)):
        said = [values.get(name), *set_there.get(name, ())]
        variable = re.compile(rf"\$(?:{name}\b|\{{{name}\}})")
        readings += [variable.sub(value, reading) for value in filter(None, said) for reading in readings[:_MOST]]
    yield from (path for reading in readings for path in PATH.findall(reading))


@lru_cache(maxsize=16)
def _set_in(text: str) -> dict[str, list[str]]:
    """Return the paths that variables get in a RUN; it is read once for all its words."""
    found: dict[str, list[str]] = {}
    for match in _SETS.finditer(text):
        found.setdefault(match[1] or match[3], []).extend(PATH.findall(match[2] or match[4]))
    return found


__all__ = ["PATH", "braces", "hinted"]
