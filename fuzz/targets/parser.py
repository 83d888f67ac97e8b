"""Lexer and parser against BuildKit's own parser: the same verdict, the same instructions, every byte kept."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from fuzz.differences import known
from fuzz.target import FoundError, Target, UnusableError, own_cases
from hardener.errors import DockerfileSyntaxError
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.parser import parse
from hardener.text import encode
from tests.buildkit import instructions

WORDS = (
    "FROM a\n", "FROM a AS b\n", "RUN x", "RUN x \\\n", "RUN <<EOF\nx\nEOF\n", "EOF\n", "<<-A", "<<'A'", '<<"A"',
    "# c\n", "\n", "\r\n", " ", "\t", "ENV A b c\n", "ENV A=b \\\n", 'CMD ["a", "b"]\n', "CMD [", "]", '"', "'",
    "ONBUILD ", "HEALTHCHECK --interval=3s CMD a\n", "HEALTHCHECK NONE\n", "\\\n", "`", "# escape=`\n",
    "# syntax=a\n", "# check=a\n", "--mount=type=cache,target=/x ", "LABEL a\n", 'SHELL ["a"]\n',
    "COPY <<E /x\ny\nE\n", "\ufeff", "\xa0", "\x0b", "${", "$x", "}", "$((1<<2))", "<<<", "é", "\udcff",
    "STOPSIGNAL 9\n", "[1]", "\\", "maintainer x\n", "--", "EXPOSE 8\n",
)  # fmt: skip


@cache
def _folder() -> Path:
    holder = tempfile.TemporaryDirectory(prefix=f"fuzz-{os.getpid()}-")
    _KEPT.append(holder)
    return Path(holder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def check(text: str) -> frozenset[str]:
    """Compare both readers on one text."""
    data = text.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise UnusableError
    try:
        data.decode()
    except UnicodeDecodeError:
        raise UnusableError from None  # the oracle cannot say what it read
    theirs = instructions(data, _folder())
    if any("\\" in (one.cmd or "") for one in theirs or ()):
        raise UnusableError  # no builder knows such an instruction, whatever a reader calls it
    try:
        tree = parse(data)
        ours = list(tree.instructions)
    except DockerfileSyntaxError as error:
        if theirs is not None and not known(text):
            raise FoundError("BuildKit accepts, harden refuses", str(error)) from None
        return frozenset({f"refused: {error.message[:25]}"})
    if encode(tree.code) != data:
        raise FoundError("a byte is lost")
    if theirs is None:
        if ours and not known(text):
            raise FoundError("harden accepts, BuildKit refuses")
        return frozenset()
    # the letter behind it, as in the file, says that the last line of a keyword is not empty
    keywords = [logical(f"{one.keyword}.", tree.escape).text[:-1].upper() for one in ours]
    if keywords != [(one.cmd or "").upper() for one in theirs] and not known(text):
        raise FoundError("other instructions than BuildKit reads", f"{keywords}")
    return frozenset(f"{type(one).__name__} {type(one.arguments).__name__} {len(one.flags)}" for one in ours)


TARGET = Target("parser", check, own_cases, WORDS)
