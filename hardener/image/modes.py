"""What chmod makes of the mode of a file (POSIX chmod; C14)."""

from __future__ import annotations

from hardener.fast.patterns import regex

_CLAUSE = regex(r"([ugoa]*)([-+=])([rwxX]+)\Z")
_OCTAL = regex(r"0?[0-7]{3}\Z")
_BITS = {"r": 4, "w": 2, "x": 1}
_SHIFTS = {"u": 6, "g": 3, "o": 0}
#: of a RUN; a clause without a letter before it leaves out what this masks
_UMASK = 0o022


def is_mode(text: str) -> bool:
    """Tell whether a word is a mode that can be worked out: octal with three digits, or symbolic with r, w, x, X."""
    return _OCTAL.match(text) is not None or all(_CLAUSE.match(clause) for clause in text.split(","))


def is_octal(text: str) -> bool:
    """Tell whether a word is an octal mode of three digits."""
    return _OCTAL.match(text) is not None


def keeps_folders_open(text: str) -> bool:
    """Tell whether all who may list a folder with this octal mode may search it too, its owner for one."""
    mode = int(text, 8)
    return bool(mode & 0o100) and not (mode & 0o444) >> 2 & ~mode


def changed_mode(text: str, mode: int | None) -> str | None:
    """Return the octal mode that `chmod text` gives a file; None where that depends on a mode that is not known.

    Args:
        text: octal or symbolic, see `is_mode`.
        mode: of the file before, None where it is not known.
    """
    if _OCTAL.match(text):
        return text
    if mode is None:
        return None
    for clause in text.split(","):
        match = _CLAUSE.match(clause)
        if match is None:
            return None
        who, operator, letters = match.groups()
        bits = sum(_BITS[letter] for letter in set(letters) if letter in _BITS)
        if "X" in letters and mode & 0o111:
            bits |= 1
        classes = [_SHIFTS[letter] for letter in ("ugo" if not who or "a" in who else who)]
        mask = sum(bits << shift for shift in set(classes)) & (~_UMASK if not who else ~0)
        if operator == "=":
            mode &= ~sum(7 << shift for shift in set(classes))
        mode = mode & ~mask if operator == "-" else mode | mask
    return f"{mode:03o}" if mode < 0o1000 else None
