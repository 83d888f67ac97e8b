"""What chmod and chown make of the files that a COPY brings, as a flag of the COPY (C14, C27, U25)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.files import copied
from hardener.image.model import Model, StageModel
from hardener.image.modes import changed_mode, is_mode
from hardener.image.users import number_of
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextFile, clean_path
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Copy, Run

_OWNER = regex(r"([a-z_][\w-]*|\d+)(:([a-z_][\w-]*|\d+))?\Z")
#: folders of every image: `--chown` would also give away one that COPY has to make
_FOLDERS = ("/", "/etc", "/opt", "/tmp", "/usr/bin", "/usr/local/bin")
#: names of this kind are files; of others only the build context can tell (C14)
_FILE = regex(r"\w[\w.-]*\.(sh|bash|py|pl|rb|js|mjs|jar|conf|cfg|ini|json|ya?ml|toml|xml|txt|sql|crt|pem|key|cnf)\Z")


def copy_flag(model: Model, stage: StageModel, copy: Copy, run: Run, command: Command) -> str | None:
    """Return the flag that does what the command does, None where it may not."""
    names = flag_names(copy)
    words = [word.value for word in command.words[1:]]
    raw = "".join(word.raw for word in command.words)
    allowed = {"from", "link", "chown" if command.name == "chmod" else "chmod"}
    if copy.heredocs or names - allowed or re.search(r"[*?\[{~$`]", raw):
        return None
    if len(words) < 2 or any(word is None or word.startswith("-") for word in words):
        return None
    value, paths = words[0] or "", [word or "" for word in words[1:]]
    where = stage.states[run].workdir
    targets = _targets(model, stage, copy, set(absolute_paths(where, paths)))
    if where is None or targets is None:
        return None
    new = _mode(model, copy, value) if command.name == "chmod" else owner_value(model, stage, value, "link" in names)
    if not new:
        return None
    # WORKDIR has made its folder; --link would replace it (C27)
    folders = _FOLDERS[:1] if "link" in names else (*_FOLDERS, stage.states[copy].workdir)
    if command.name == "chown" and any(posixpath.dirname(path) not in folders for path in targets):
        return None
    return f"--{command.name}={new}"


def flag_names(copy: Copy) -> set[str]:
    """Return the names of the flags of a COPY."""
    return {flag.name for flag in copy.flags}


def _mode(model: Model, copy: Copy, text: str) -> str | None:
    """Return the octal mode that all copied files have after `chmod text`, None where it is not known."""
    known = [model.facts.get(question) for question in source_lookups(model, copy)] or [None]
    modes = {changed_mode(text, file.mode if isinstance(file, ContextFile) else None) for file in known}
    return modes.pop() if len(modes) == 1 and is_mode(text) else None


def owner_value(model: Model, stage: StageModel, text: str, link: bool) -> str | None:
    """Return the value for --chown: without a group it stays 0, and --link knows no names (U25)."""
    if not _OWNER.match(text):
        return None
    user, _, group = text.partition(":")
    if link and not user.isdigit():
        found = number_of(model, stage, user)
        if found is None or (group and (found[1] < 0 or group != user)):
            return None
        user, group = str(found[0]), str(found[1]) if group else ""
    return None if link and group and not group.isdigit() else f"{user}:{group or 0}"


def numbers_of(model: Model, stage: StageModel, copy: Copy) -> str | Refusal | None:
    """Return the numbers for the names in `--link --chown=name`, None where there are no names (U25)."""
    owner = copy.flag("chown")
    if owner is None or copy.flag("link") in (None, "false") or re.match(r"[\d:]+\Z", owner):
        return None
    user, _, group = owner.partition(":")
    found = number_of(model, stage, user)
    if found is None or found[1] < 0 or group not in ("", user, str(found[1])):
        return Refusal("U25", f"cannot tell the numbers of {owner}", "write numbers, or leave --link out")
    return f"{found[0]}:{found[1]}"


def _targets(model: Model, stage: StageModel, copy: Copy, adjusted: set[str]) -> set[str] | None:
    """Return the paths that a COPY of files writes if they are exactly `adjusted`."""
    found = copied(model, copy)
    if found is None or found.heredocs or stage.states[copy].workdir is None:
        return None
    sources, target = found.sources, found.target
    if re.search(r"[*?\[$]", "".join((*sources, target))):
        return None
    if not all(_is_file(model, source, found.from_stage is None) for source in sources):
        return None
    inside = {posixpath.join(target, posixpath.basename(source)) for source in sources}
    if adjusted == inside:
        return inside
    named = not found.into and _FILE.match(posixpath.basename(target))
    same = posixpath.basename(sources[0]) == posixpath.basename(target)
    return {target} if adjusted == {target} and (named or same) else None


def _is_file(model: Model, source: str, local: bool) -> bool:
    known = model.facts.get(source_lookup(source)) if local else None
    if isinstance(known, ContextFile):
        return not known.is_dir
    return _FILE.match(posixpath.basename(source)) is not None


def source_lookup(source: str) -> Lookup:
    """Return the question for a source of COPY."""
    return Lookup("file", clean_path(source))


def source_lookups(model: Model, copy: Copy) -> list[Lookup]:
    """Return the questions for the sources of a COPY from the build context."""
    found = copied(model, copy)
    return [source_lookup(source) for source in found.sources] if found and found.from_stage is None else []


def absolute_paths(where: str | None, paths: list[str]) -> list[str]:
    """Return paths of the image in normal form."""
    return [posixpath.normpath(posixpath.join(where or "/", path)) for path in paths]
