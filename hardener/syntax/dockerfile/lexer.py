"""The line discipline of a Dockerfile, as BuildKit's parser has it: tokens that tile the text.

A token is `(kind, text)`; joined together the texts are the file. The kinds are the terminals of
grammar/dockerfile.lark.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import DockerfileSyntaxError
from hardener.fast.patterns import regex
from hardener.syntax.dockerfile.continuations import GO_SPACE, PHYSICAL_LINE, Logical, continuation_at, is_comment, join
from hardener.syntax.dockerfile.keywords import HEREDOC_KEYWORDS, KEYWORDS, SHELL_OR_EXEC, WORDS_OR_EXEC
from hardener.syntax.dockerfile.words import check_pairs, flag_spans, heredocs_of, is_string_array

Token = tuple[str, str]

#: bufio.Scanner's buffer in BuildKit; a line with its newline must be shorter (P39)
LINE_LIMIT = 65536
_DIRECTIVE = regex(r"#[\t\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*(.+?)[\t\f\r ]*\Z")
_DIRECTIVE_KEYS = frozenset({"syntax", "escape", "check"})
_BLANKS = regex(r"[\t\v\f\r ]+")


class Lexer:
    """Splits one text into tokens; made for a single use.

    Args:
        text: the file, decoded.
        filename: for error messages.
    """

    def __init__(self, text: str, filename: str | None) -> None:
        self.filename = filename
        self.bom = "\ufeff" if text.startswith("\ufeff") else ""
        self.lines: list[str] = PHYSICAL_LINE.findall(text[len(self.bom) :])
        self.at = 0
        self.escape = "\\"

    def error(self, message: str, line: int) -> DockerfileSyntaxError:
        """Return the error for the physical line with index `line`."""
        source = self.lines[line].rstrip("\r\n") if line < len(self.lines) else ""
        column = len(source) - len(source.lstrip(GO_SPACE)) + 1
        return DockerfileSyntaxError(message, filename=self.filename, line=line + 1, column=column, source_line=source)

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens of the file.

        Raises:
            DockerfileSyntaxError: where BuildKit's parser refuses the file.
        """
        if self.bom:
            yield "BOM", self.bom
        yield from self._directives()
        pending: list[Token] = []
        lines = self.lines
        while self.at < len(lines):
            line = lines[self.at]
            stripped = line.strip(GO_SPACE)
            if not stripped or stripped[0] == "#":
                pending.append(("COMMENT" if stripped else "BLANK", line))
                self._check_length(self.at)
                self.at += 1
                continue
            yield from self._instruction(pending)
            pending = []
        if pending:
            yield "_END", ""
            yield from pending

    def _check_length(self, index: int) -> None:
        line = self.lines[index]
        if len(line) * 4 >= LINE_LIMIT and len(line.encode("utf-8", "surrogateescape")) >= LINE_LIMIT:
            raise self.error("the line is longer than the 65535 bytes that BuildKit reads", index)

    def _directives(self) -> Iterator[Token]:
        seen: set[str] = set()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            match = _DIRECTIVE.match(line.rstrip("\r\n").lstrip(GO_SPACE))
            key = match[1].lower() if match else ""
            if match is None or key not in _DIRECTIVE_KEYS:
                return
            if key in seen:
                raise self.error(f"only one {key} parser directive can be used", self.at)
            seen.add(key)
            if key == "escape":
                if match[2] not in ("\\", "`"):
                    raise self.error(f"invalid escape token {match[2]!r}: it must be ` or \\", self.at)
                self.escape = match[2]
            yield "DIRECTIVE", line
            self.at += 1

    def _instruction(self, pending: list[Token]) -> Iterator[Token]:
        first = self.at
        logical = self._logical_line()
        raw = "".join(self.lines[first : self.at]) if self.at - first > 1 else self.lines[first]
        pieces, heredocs, name = self._split(logical, first)
        if name == "FROM":
            yield "_STAGE", ""
        yield from pending
        at = 0
        for kind, start, end in pieces:
            begin, stop = logical.raw(start) if start < len(logical.text) else at, logical.raw_end(end)
            if kind == "GAP":
                begin, stop = at, logical.raw(end)
            elif begin > at:
                begin = at
            stop = max(stop, begin)
            yield kind, raw[begin:stop]
            at = stop
        yield "EOL", raw[at:]
        for delimiter, strip_tabs in heredocs:
            yield from self._heredoc(delimiter, strip_tabs, first)

    def _logical_line(self) -> Logical:
        """Take the physical lines of one instruction, from `self.at` on."""
        lines, first = self.lines, self.at
        self._check_length(first)
        self.at += 1
        if continuation_at(lines[first].rstrip("\r\n"), self.escape) < 0:
            return Logical(lines[first].rstrip("\r\n"), (0,), (0,))
        while self.at < len(lines):
            line = lines[self.at]
            self._check_length(self.at)
            self.at += 1
            if is_comment(line) or not line.strip(GO_SPACE):
                continue
            if continuation_at(line.rstrip("\r\n"), self.escape) < 0:
                break
        return join(lines[first : self.at], self.escape)

    def _split(
        self, logical: Logical, first: int
    ) -> tuple[list[tuple[str, int, int]], tuple[tuple[str, bool], ...], str]:
        """Return the pieces of a logical line as (kind, start, end), its heredocs and the name."""
        text = logical.text
        start, end = len(text) - len(text.lstrip(GO_SPACE)), len(text.rstrip(GO_SPACE))
        gap = _BLANKS.search(text, start, max(start, end))
        word_end, rest = (gap.start(), _past(text, gap.end(), end)) if gap else (max(start, end), max(start, end))
        name = text[start:word_end].upper()
        kind = name if name in KEYWORDS else "UNKNOWN"
        pieces = [("INDENT", 0, start), (kind, start, word_end), ("GAP", word_end, rest)]
        rest = self._flags(text, rest, end, pieces)
        try:
            heredocs = self._arguments(name, text, rest, max(rest, end), pieces)
        except ValueError as error:
            raise self.error(str(error), first) from None
        return pieces, heredocs, kind

    @staticmethod
    def _flags(text: str, rest: int, end: int, pieces: list[tuple[str, int, int]]) -> int:
        if not text.startswith("--", rest):
            return rest
        for flag_start, flag_end, after in flag_spans(text, rest, end):
            pieces.append(("FLAG", flag_start, flag_end))
            pieces.append(("GAP", flag_end, after))
            rest = after
        return rest

    def _arguments(
        self, name: str, text: str, rest: int, end: int, pieces: list[tuple[str, int, int]]
    ) -> tuple[tuple[str, bool], ...]:
        """Append the pieces of the arguments; return the heredocs that follow.

        Raises:
            ValueError: the arguments are not of the instruction's form.
        """
        if name == "ONBUILD" and rest < end:
            gap = _BLANKS.search(text, rest, end)
            word_end, after = (gap.start(), _past(text, gap.end(), end)) if gap else (end, end)
            pieces += [("TRIGGER", rest, word_end), ("GAP", word_end, after)]
            after = self._flags(text, after, end, pieces)
            trigger = text[rest:word_end].upper()
            # an ONBUILD of an ONBUILD is an error of the build (P47): its text is of no interest
            return self._arguments("" if trigger == "ONBUILD" else trigger, text, after, end, pieces)
        if name == "HEALTHCHECK" and rest < end:
            gap = _BLANKS.search(text, rest, end)
            if gap:
                pieces += [("PROBE_KIND", rest, gap.start()), ("GAP", gap.start(), gap.end())]
                is_exec = is_string_array(text[gap.end() : end])
                pieces.append(("EXEC_FORM" if is_exec else "SHELL_FORM", gap.end(), end))
                return ()
        value = text[rest:end]
        if name in SHELL_OR_EXEC or name in WORDS_OR_EXEC:
            if value[:1] == "[" and is_string_array(value):
                pieces.append(("EXEC_FORM", rest, end))
                return ()
            pieces.append(("SHELL_FORM" if name in SHELL_OR_EXEC else "WORDS", rest, end))
        else:
            if name in ("ENV", "LABEL"):
                check_pairs(name, value, self.escape)
            pieces.append(("WORDS", rest, end))
        if name in HEREDOC_KEYWORDS and "<<" in text:
            return heredocs_of(text)
        return ()

    def _heredoc(self, delimiter: str, strip_tabs: bool, first: int) -> Iterator[Token]:
        begin = self.at
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip("\r\n")
            self._check_length(self.at)
            self.at += 1
            if (line.lstrip("\t") if strip_tabs else line) == delimiter:
                yield "HEREDOC", "".join(self.lines[begin : self.at - 1])
                yield "HEREDOC_END", self.lines[self.at - 1]
                return
        raise self.error(f"unterminated heredoc: no line is exactly {delimiter!r}", first)


def _past(text: str, at: int, end: int) -> int:
    """Return where the arguments begin: a keyword ends at an ASCII blank, and blanks of any kind may follow."""
    while at < end and text[at] in GO_SPACE:
        at += 1
    return at
