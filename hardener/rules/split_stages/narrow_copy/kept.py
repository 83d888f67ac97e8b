"""What of a build folder the last stage needs: what the build makes, and what the program may read (S13, S22)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.image.files import copied, is_within, target_of
from hardener.rules.split_stages import commands, paths
from hardener.rules.split_stages.data_files import never_read, said
from hardener.rules.split_stages.languages import java
from hardener.rules.split_stages.model import Call, Step
from hardener.rules.split_stages.narrow_copy.build import Build, distributions

#: verbs of git that bring files
_FETCHES = frozenset(("clone", "submodule", "pull", "checkout", "lfs", "fetch", "reset"))
_SCRIPT = regex(r"\.(sh|bash|ps1|bat|cmd|http|rest)\Z")
_WILD = frozenset("*?[")
_BY_HAND = "copy what the program needs by name"
#: more than this, and somebody has to say what is needed
_MOST = 6


@dataclass(slots=True)
class Content:
    """What is known to lie in the folder at the end of the build.

    Attributes:
        made: what the build makes: all of it is needed.
        read: what the program may read. unread: sources, documentation and the like.
        scripts: what people and tools start beside the program; where one of them is needed, all are.
        removed: what a command takes away, wildcards cut off.
    """

    made: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    scripts: set[str] = field(default_factory=set)
    removed: list[str] = field(default_factory=list)

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is known to be there."""
        return any(is_within(one, path) for one in (*self.made, *self.read, *self.unread, *self.scripts))

    def needs(self, path: str) -> None:
        """Note that something names a file or folder, whatever it is, if it is there."""
        if self.has(path):
            self.read.add(path)
            self.unread = {one for one in self.unread if not is_within(one, path)}


def content(build: Build) -> Content | Refusal:
    """Return what lies in the folder, or why that cannot be told."""
    found = Content()
    for step in build.case.steps:
        refusal = _brought(build, step, found) if step.node.name in ("COPY", "ADD") else None
        if refusal is not None:
            return refusal
    return _ran(build, found) or _made(build, found) or found


def _brought(build: Build, step: Step, found: Content) -> Refusal | None:
    """Add what a COPY of the build stage brings into the folder."""
    node, tree = step.node, build.case.project.files.tree
    where = target_of(build.case.model, node)
    if where is None:
        return Refusal("S22", f"cannot tell where {node.name} writes", "write the target without variables")
    if not is_within(where, build.folder) and not is_within(build.folder, where):
        return None
    one = copied(build.case.model, node, tree)
    special = node.name == "ADD" or any(node.flag(name) is not None for name in ("exclude", "parents"))
    if special or one is None:
        return Refusal("S22", f"cannot tell what {node.name} brings into {build.folder}", _BY_HAND)
    if one.from_stage is not None or one.heredocs:
        if not _is_below(build, where):
            return Refusal("S22", f"cannot tell what COPY brings into {build.folder}", "copy it to a folder below")
        found.read.add(where)
        return None
    if not one.is_whole:
        return Refusal("S22", f"cannot tell what COPY brings into {build.folder}", _BY_HAND)
    is_unread = never_read(build.case, build.language.code)
    for path in one.files():
        place = (one.place(path) or "").rstrip("/")
        if _is_below(build, place):
            kind = found.unread if is_unread(path) else found.scripts if _SCRIPT.search(path) else found.read
            kind.add(place)
    return None


def _is_below(build: Build, path: str) -> bool:
    return is_within(path, build.folder) and path != build.folder


def _ran(build: Build, found: Content) -> Refusal | None:
    """Add what the commands of the build stage leave in the folder."""
    reads = commands.read_all(build.case, build.language)
    if isinstance(reads, Refusal):
        return reads
    for call, verdict in (pair for read in reads.values() for pair in read):
        shown = " ".join(call.raw.split())[:50]
        fetches = call.name == "git" and not _FETCHES.isdisjoint(call.words)
        if fetches or any(is_within(build.folder, path) for path in verdict.makes):
            return Refusal("S22", f"cannot tell which files `{shown}` creates", _BY_HAND)
        found.made += [path for path in verdict.makes if _is_below(build, path)]
        if call.name == "mv":
            found.removed += [path for word in call.words[:-1] if (path := call.path(word)) is not None]
        touched = paths.touched(call) if verdict.repeat else ()
        if touched is None:
            return Refusal("S22", f"cannot tell what `{shown}` changes", "name the paths")
        _touched(build, call, touched, found)
    return None


def _touched(build: Build, call: Call, touched: tuple[str, ...], found: Content) -> None:
    """Add what a command on files makes or takes away; modes and owners come with what is copied."""
    for path in touched:
        if call.name in ("rm", "rmdir"):
            cut = min((path.find(letter) for letter in _WILD if letter in path), default=len(path))
            found.removed.append(path if cut == len(path) else posixpath.dirname(path[:cut]))
        elif call.name not in ("chmod", "chown", "chgrp") and _is_below(build, path) and path not in found.unread:
            found.read.add(path)


def _made(build: Build, found: Content) -> Refusal | None:
    """Add what Gradle installs, and return why a program would not be there."""
    case = build.case
    if build.language is java.JAVA:
        folders = distributions(case)
        if isinstance(folders, Refusal):
            return folders
        found.made += folders
        unclear = None if folders else java.incomplete(case)
        if unclear is not None:
            return unclear
    started = [word for program in case.programs for word in program if _is_below(build, word)]
    programs = [path for path in started if _is_in(path, found.made)]
    other = next((p[0] for p in case.programs if _is_below(build, p[0]) and not _is_in(p[0], found.made)), "")
    shown = build.target.rstrip("/") + other[len(build.folder) :] if other else case.programs[0][0]
    if other and found.has(other):
        return Refusal("S31", f"cannot tell what `{shown}` reads", "start the program itself, or copy by name")
    if other or not programs:
        return Refusal("S14", f"cannot tell whether the build makes `{shown}`", "name what it makes with -o")
    found.made.sort(key=lambda path: not any(is_within(program, path) for program in programs))
    return None


def _is_in(path: str, folders: Iterable[str]) -> bool:
    return any(is_within(path, folder) for folder in folders)


def needed(build: Build, found: Content) -> tuple[str, ...] | Refusal | None:
    """Return the paths that are to be copied, the program first; None where all of the folder is needed."""
    _settle_scripts(build, found)
    if not found.unread:
        return None
    read = [path for path in found.read if not _is_in(path, found.made)]
    blocked = {folder for path in (*found.unread, *found.made) for folder in _folders(build, path)}
    tops = sorted({next((f for f in _folders(build, path) if f not in blocked), path) for path in read})
    wanted = [*dict.fromkeys(found.made), *tops]
    kept = tuple(path for path in wanted if not any(other != path and is_within(path, other) for other in wanted))
    for path in kept:
        if any(is_within(path, gone) for gone in found.removed):
            return Refusal("S22", f"cannot tell whether {path} is there after `rm` or `mv`", _BY_HAND)
        if any(letter.isspace() or letter in "*?[]\\\"'$" for letter in path):
            return Refusal("S22", f"the name {path} needs quotes", _BY_HAND)
    if len(kept) > _MOST:
        return Refusal("S31", f"the program may read {len(kept)} files and folders of {build.folder}", _BY_HAND)
    return kept


def _settle_scripts(build: Build, found: Content) -> None:
    """Make scripts what is read, where a source, the last stage or a file around them names one, else what is not."""
    spoken = said(build.case) if found.scripts else ()
    names = [posixpath.basename(path) for path in found.scripts]
    named = any(name in word for word in spoken for name in names)
    named |= any(is_within(script, path) for script in found.scripts for path in found.read)
    (found.read if named else found.unread).update(found.scripts)


def _folders(build: Build, path: str) -> list[str]:
    """Return the folders around a path that lie in the build folder, the outermost first."""
    parts = path[len(build.folder) :].strip("/").split("/")
    return [posixpath.join(build.folder, *parts[:depth]) for depth in range(1, len(parts))]
