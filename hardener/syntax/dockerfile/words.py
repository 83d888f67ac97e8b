"""How BuildKit reads the words of an instruction: flags, JSON arrays, name=value pairs, heredoc delimiters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from hardener.fast.patterns import regex
from hardener.syntax.dockerfile.continuations import GO_SPACE
from hardener.syntax.dockerfile.expansion import fault

#: what Go's scanner skips at the start of a text, be it one word
_BOM = "\ufeff"
_BLANK = regex(f"[{GO_SPACE}]")
_HEREDOC = regex(r"(\d*)<<(-?)\s*([^<]*)\Z")


def flag_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, start of what follows) for each leading `--flag` (P38).

    Quotes and backslashes protect blanks; `--` alone ends the flags and is one of them here.
    """
    at = start
    while text.startswith("--", at) and at < end:
        begin, quote = at, ""
        while at < end:
            char = text[at]
            if char == "\\":
                at += 2
                continue
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            elif char in GO_SPACE:
                break
            at += 1
        stop = min(at, end)
        at = stop
        while at < end and text[at] in GO_SPACE:
            at += 1
        yield begin, stop, at
        if text[begin:stop] == "--":
            return


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def is_string_array(value: str) -> bool:
    """Tell whether `value` is a JSON array of strings, as Go's encoding/json reads it (P15-P18).

    Raises:
        ValueError: it is a JSON array that holds something else, which BuildKit refuses.
    """
    if value[:1] != "[":
        return False
    try:
        array = json.loads(value, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    if not all(isinstance(item, str) for item in array):
        raise ValueError("a JSON array here must hold strings only")
    return True


_SPACES = regex(f"[{GO_SPACE}]+")


def words_of(text: str, escape: str) -> list[str]:
    """Split into words as BuildKit does for ENV, LABEL and ARG: quotes and escapes are kept."""
    if escape not in text and "'" not in text and '"' not in text:
        return [word for word in _SPACES.split(text) if word]
    words: list[str] = []
    word, quote, at, size = "", "", 0, len(text)
    while at < size:
        char = text[at]
        if not quote and char in GO_SPACE:
            if word:
                words.append(word)
            word = ""
        elif char == escape and quote != "'":
            if at + 1 < size:
                word += text[at : at + 2]
                at += 1
            else:
                quote = ""
        else:
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            word += char
        at += 1
    if word:
        words.append(word)
    return words


def check_pairs(name: str, value: str, escape: str) -> None:
    """Check that the arguments of ENV or LABEL are name=value pairs, or the old form `name value` (P32).

    Raises:
        ValueError: they are neither.
    """
    words = words_of(value, escape)
    if not words:
        return
    if "=" not in words[0]:
        if not re.search(r"[\t\v\f\r ]", value):
            raise ValueError(f"{name} must have two arguments: a name and a value, such as {words[0]}=value")
        return
    for word in words:
        if "=" not in word:
            raise ValueError(f"can't find = in {word!r}: it must be of the form name=value")


def _raw_words(text: str) -> list[str]:
    """Split on blanks outside quotes; quotes and escapes stay in the words (shell.Lex with RawQuotes)."""
    words: list[str] = []
    word, at, size = "", 0, len(text)
    while at < size:
        char = text[at]
        if char in GO_SPACE:
            if word:
                words.append(word)
            word = ""
            at += 1
        elif char == "\\":
            word += text[at : at + 2]
            at += 2
        elif char in "'\"":
            stop = _quote_end(text, at)
            if stop < 0:  # BuildKit gives up on the line and finds no heredoc
                return []
            word += text[at:stop]
            at = stop
        elif text.startswith("$$", at):  # a variable of its own: `$${` begins no other one
            word += "$$"
            at += 2
        elif text.startswith("${", at):
            stop = text.find("}", at)
            if stop < 0:
                return []
            *ended, last = _BLANK.split(text[at : stop + 1])  # what a variable stands for is split too
            for part in ended:
                words += [word + part] if word + part else []
                word = ""
            word += last
            at = stop + 1
        else:
            word += char
            at += 1
    if word:
        words.append(word)
    return words


def _quote_end(text: str, at: int) -> int:
    """Return the offset just after the closing quote, or -1."""
    quote = text[at]
    at += 1
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 2
        elif text[at] == quote:
            return at + 1
        else:
            at += 1
    return -1


def unquote(text: str) -> str:
    """Return a word without quotes and escapes, as it is where a quote does not end."""
    out, at = "", 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            stop = _quote_end(text, at)
            if stop < 0:
                return text
            inner = text[at + 1 : stop - 1]
            out += re.sub(r"\\([\"$\\])", r"\1", inner) if char == '"' else inner
            at = stop
        elif char == "\\":
            out += text[at + 1 : at + 2]
            at += 2
        else:
            out += char
            at += 1
    return out


def heredocs_of(line: str) -> tuple[tuple[str, bool], ...]:
    """Return (delimiter, strips tabs) for each heredoc that a logical line opens (P19-P25).

    Raises:
        ValueError: BuildKit cannot read what follows a `<<`.
    """
    if "$" in line and fault(line, "\\", stays=True):  # BuildKit gives up on the line and finds no heredoc
        return ()
    found = []
    for word in _raw_words(line):
        if "<<" not in word:
            continue
        match = _HEREDOC.match(word)
        if match is None or not match[3]:
            continue
        why = fault(match[3], "\\", stays=True)
        if why is not None:
            raise ValueError(f"cannot read the heredoc {word[:40]}: {why}")
        delimiter = unquote(match[3].removeprefix(_BOM))
        if delimiter:
            found.append((delimiter, bool(match[2])))
    return tuple(found)


def opens_heredoc(word: str) -> bool:
    """Tell whether one word opens a heredoc."""
    match = _HEREDOC.match(word) if "<<" in word else None
    if match is None or not match[3] or fault(match[3], "\\", stays=True):
        return False
    return unquote(match[3]) != ""
