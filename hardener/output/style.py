"""How a text is laid out for a terminal: width, colours, links. No colour says what the words do not."""

from __future__ import annotations

from hardener._version import DOCUMENTATION
from hardener.fast.records import dataclass

_CODES = {"head": "1", "changed": "32", "offered": "36", "held": "33", "error": "31", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Style:
    """What the terminal can.

    Attributes:
        width: in columns.
        colour: whether it shows colours.
        links: whether it takes hyperlinks (OSC 8).
        terminal: whether it is one: what is printed to it holds no control character of a file.
    """

    width: int = 100
    colour: bool = False
    links: bool = False
    terminal: bool = False

    def paint(self, text: str, kind: str) -> str:
        """Return `text` in the colour of a kind: "head", "changed", "offered", "held", "error", "dim"."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.colour else text

    def linked(self, text: str, spec: str) -> str:
        """Return `text` with the first `[spec]` in it linked to the page of that reason."""
        if not self.links or not spec:
            return text
        return text.replace(f"[{spec}]", f"[\x1b]8;;{reason_url(spec)}\x1b\\{spec}\x1b]8;;\x1b\\]", 1)


PLAIN = Style()


def reason_url(spec: str) -> str:
    """Return the page of a reason, such as "H03"."""
    return f"{DOCUMENTATION}/reasons/#{spec.lower()}"


def wrapped(text: str, first: str, indent: int, width: int) -> str:
    """Return `first` and then `text`, broken between words at `width`, later lines below its beginning.

    Args:
        text: one line; a word that is longer than a line stays whole.
        first: what stands before it.
        indent: of the later lines.
        width: of a line.
    """
    lines = [first]
    empty = True
    for word in text.split(" "):
        if not empty and len(lines[-1]) + 1 + len(word) > width:
            lines.append(" " * indent)
            empty = True
        lines[-1] += word if empty else f" {word}"
        empty = False
    return "\n".join(line.rstrip() for line in lines) + "\n"
