"""The lines that .dockerignore gets (D01 to D14)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.model import Model
from hardener.project.context import Files
from hardener.project.file_change import FileChange, Writable
from hardener.rules.dockerignore.builds import Build, build_of, other_build
from hardener.rules.dockerignore.candidates import Candidate, Project, candidates
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.dockerignore.patterns import Dockerignore


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about .dockerignore.

    Attributes:
        at: the first instruction that brings some of what is left out.
        patterns: the new lines.
        is_there: the context has something of each today.
        change: of the file; None where it may not be written.
        kept: what has to stay, each with the instruction that brings it.
    """

    at: Instruction | None
    patterns: tuple[str, ...]
    is_there: bool
    change: FileChange | None
    kept: tuple[tuple[Instruction, Candidate], ...]


def plan(model: Model, files: Files) -> Plan | Refusal | None:
    """Return what is to be done for a Dockerfile that copies from its context, None for nothing."""
    tree = files.tree
    if tree is None:
        return None
    own = build_of(model, tree)
    if not own.folders:
        return None
    others = files.dockerfiles
    if others is None:
        why = "cannot read a Dockerfile of this context, or a file that says what is built with it"
        return Refusal("D12", f"{why}, or there are more than 60 Dockerfiles")
    builds = (own, *(tree.once(other_build, text) for _, text in others))
    file = files.writable()
    added: list[Candidate] = []
    kept: list[tuple[Instruction, Candidate]] = []
    for one in candidates(Project(files, tree, builds)):
        brought = next((node for path in one.paths if (node := own.brings(path)) is not None), None)
        if brought is None or _is_asked_for(one, builds) or _is_covered(one, files, file):
            continue
        if one.refusal is None:
            added += [one] if one.is_there or one.is_minor or _is_new(file, one) else []
        elif one.is_told:
            kept.append((brought, one))
    if file is not None and file.text is not None and all(one.is_minor for one in added):
        added = []
    at = next((node for one in added for path in one.paths if (node := own.brings(path)) is not None), None)
    is_there = all(one.is_there or one.is_minor for one in added)
    patterns = tuple(dict.fromkeys(one.pattern for one in added))
    change = FileChange.of(file, _text(file.text, patterns)) if file is not None and patterns else None
    return Plan(at, patterns, is_there, change, tuple(kept))


def _is_asked_for(one: Candidate, builds: tuple[Build, ...]) -> bool:
    """Tell whether a Dockerfile names what would be left out (D12)."""
    return any(build.names(path) for build in builds for path in one.paths)


def _is_covered(one: Candidate, files: Files, file: Writable | None) -> bool:
    """Tell whether it is left out already, or a line with `!` wants it (D13)."""
    names = (*one.paths, *(("a/" + one.paths[0],) if one.pattern.startswith("**/") else ()))
    if all(files.is_ignored(name) for name in names):
        return True
    known = Dockerignore.parse(file.text or "") if file is not None else Dockerignore()
    return known.broken or any(known.has_exceptions(path) for path in one.paths)


def _is_new(file: Writable | None, one: Candidate) -> bool:
    """Tell whether a line is worth it for what is not there today: what an installation fills, or in a new file."""
    return file is None or file.text is None or one.pattern.rpartition("/")[2] not in (".git", "target", ".next")


def _text(text: str | None, patterns: tuple[str, ...]) -> str:
    """Return the text of .dockerignore with new lines at its end; what is there keeps its bytes."""
    newline = "\r\n" if text and "\r\n" in text else "\n"
    gap = newline if text and not text.endswith("\n") else ""
    return (text or "") + gap + "".join(pattern + newline for pattern in patterns)
