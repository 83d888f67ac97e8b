"""The mode of a folder that the runtime stage takes: COPY brings what is in it, and not its mode (S23).

A folder that is there before the COPY keeps its mode; one that comes by the COPY is root's, with 755.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.made_paths import Made
from hardener.rules.split_stages.model import Call, Case

#: what a folder gets that comes by a COPY
_GIVEN = 0o755
_UMASK = 0o022
_CLAUSE = regex(r"([ugoa]*)((?:[-+=][rwxXst]*)+)\Z")
_PART = regex(r"([-+=])([rwxXst]*)")
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o007, "a": 0o7777}
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111, "X": 0o111, "s": 0o6000, "t": 0o1000}


def mode_again(case: Case, made: Made, index: int, call: Call, touched: Sequence[str]) -> str | Refusal:
    """Return what the runtime stage runs for a `chmod` of what it takes, "" for nothing, or why it cannot.

    Args:
        case: the stage.
        made: where its paths are made.
        index: of the instruction.
        call: the `chmod`, or a `mkdir` with a mode.
        touched: the paths that it names.
    """
    roots = [path for path in touched if path in made.wholes or path in made.paths or f"{path}/" in made.paths]
    if call.name == "mkdir":
        return call.raw if roots and any(word.startswith(("-m", "--mode")) for word in call.words) else ""
    wanted = [path for path in roots if _is_changed(case, path)]
    if not wanted:
        return ""
    mode = _mode_of(call)
    if mode is None or call.command.redirects or any(word.startswith("--ref") for word in call.words):
        reason = f"`{' '.join(call.raw.split())[:50]}` changes the mode of a folder, which COPY does not bring"
        return Refusal("S23", reason, "write the mode as a number")
    done = []
    for path in wanted:
        if not _is_there(case, made, index, path):
            if not _is_folder(case, made, call, path):
                continue  # COPY keeps modes of files
            done.append(f"mkdir -p {shlex.quote(path)}")
        done.append(f"chmod {mode} {shlex.quote(path)}")
    return " && ".join(done)


def folder_mode(word: str, before: int = _GIVEN) -> int | None:
    """Return the mode of a folder after `chmod word`; None for what is no mode."""
    if word and not word.strip("01234567"):
        return int(word, 8)
    mode = before
    for clause in word.split(","):
        match = _CLAUSE.match(clause)
        if match is None:
            return None
        who = 0
        for letter in match[1] or "a":
            who |= _WHO[letter]
        mask = who if match[1] else who & ~_UMASK
        for part in _PART.finditer(match[2]):
            bits = 0
            for letter in part[2]:
                bits |= _BITS[letter]
            bits &= mask
            mode = mode | bits if part[1] == "+" else mode & ~bits if part[1] == "-" else (mode & ~who) | bits
    return mode


def _is_changed(case: Case, path: str) -> bool:
    """Tell whether a `chmod` of the stage gives a folder another mode than it gets by COPY."""
    calls = (call for call in case.calls if call.name == "chmod" and path in (paths.touched(call) or ()))
    modes = [_mode_of(call) for call in calls]
    return any(mode is None or folder_mode(mode) != _GIVEN for mode in modes)


def _mode_of(call: Call) -> str | None:
    """Return the word of a `chmod` that is the mode; None where it is not known."""
    plain = [word for word in call.argv[1:] if word is None or not word.startswith("-")]
    return plain[0] if plain and plain[0] and folder_mode(plain[0]) is not None else None


def _is_there(case: Case, made: Made, index: int, path: str) -> bool:
    """Tell whether a folder is in the runtime stage at an instruction: copied above, or made by a WORKDIR or mkdir."""
    at = made.wholes.get(path, made.paths.get(path, made.paths.get(f"{path}/", index)))
    if at < index:
        return True
    for before, step in enumerate(case.steps[: index + 1]):
        if step.state.workdir == path:
            return True
        for call in step.calls if isinstance(step.calls, tuple) else ():
            if call.name == "mkdir" and path in (paths.touched(call) or ()) and not made.whole_after(before, path):
                return True
    return False


def _is_folder(case: Case, made: Made, call: Call, path: str) -> bool:
    """Tell whether a path is known to be a folder: taken with all in it, changed with all in it, or an environment."""
    if path in made.wholes or f"{path}/" in made.paths or any(regex(r"-\w*R|--rec").match(word) for word in call.words):
        return True
    makers = (one for one in case.calls if {"venv", "virtualenv"} & {one.name, *one.words})
    return any(one.path(word) == path for one in makers for word in one.words)


__all__ = ["folder_mode", "mode_again"]
