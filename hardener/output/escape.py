"""Names and texts of other people made safe to print: no control character leaves harden, no line is forged."""

from __future__ import annotations


def shown(text: str) -> str:
    """Return `text` on one line: control, direction and invalid characters become `\\n`, `\\x1b`, `\\u202e`.

    `##[…]` and `##vso[…]` become `##\\x5b…]`: CI services take them for commands wherever they stand in a log.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escaped(char) for char in text)
    return text.replace("##[", r"##\x5b").replace("##vso[", r"##vso\x5b") if "##" in text else text


def shown_lines(text: str) -> str:
    """Return `text` with its lines and tabs as they are and all else escaped."""
    lines = text.split("\n")
    return "\n".join(
        "\t".join(map(shown, line.removesuffix("\r").split("\t"))) + "\r" * line.endswith("\r") for line in lines
    )


def shown_error(text: str, path: str = "", before_quote: str = "\n    | ") -> str:
    """Return an error as it is printed: only the line that it quotes below itself is a line of its own.

    Args:
        text: of the error.
        path: the name that it may hold, which could have such a line in it.
        before_quote: what stands before the quoted line: a log may take one of its own for a command.
    """
    if path and not path.isprintable():
        text = text.replace(path, shown(path))
    return before_quote.join(shown(part) for part in text.split("\n    "))


def valid(text: str) -> str:
    """Return `text` with U+FFFD for what is no Unicode: bytes of names and files that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def xml(text: str) -> str:
    """Return `text` for an attribute or the content of an XML element."""
    from html import escape

    return escape(shown(text), quote=True)


def html(text: str) -> str:
    """Return `text` for the content or an attribute of an HTML element, its lines as they are."""
    from html import escape

    return escape(shown_lines(text), quote=True)


def _escaped(char: str) -> str:
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{number - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
