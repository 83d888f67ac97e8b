"""What other compose files say of a service: overrides, lists of `-f`, and services that extend it (K22)."""

from __future__ import annotations

from functools import lru_cache

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.project.compose.model import ComposeFile, ComposeService, read_compose
from hardener.project.context import Files
from hardener.syntax.yaml import Mapping, Scalar

_OVERRIDE = regex(r"(?i)(.+)\.override\.ya?ml\Z")
_STEM = regex(r"(?i)(.+?)\.ya?ml\Z")
_NAMED = regex(r"(?:-f|--file)[ =]+[\"']?(?:\./)?([\w.-]+\.ya?ml)")
_LISTED = regex(r"(?m)^[ \t]*(?:export[ \t]+)?COMPOSE_FILE[ \t]*:?=[ \t]*[\"']?([^\s\"'#]+)")
#: where such lists stand, beside the compose files
_PLACES = (".env", "Makefile")


def companions(service: ComposeService, model: ComposeFile, files: Files) -> tuple[ComposeService, ...]:
    """Return what else is said of a service: by files that are merged with its own, and by what extends it."""
    found = []
    groups = _groups(files)
    for other in _others(model, files):
        same = other.service(service.name)
        if same is not None and (same.is_addition or _together(model.name, other.name, groups)):
            found.append(same)
        found += [one for one in other.extending if one is not same and _extends(one, service, model.name)]
    found += [one for one in model.extending if _extends(one, service, "")]
    return tuple(found)


def is_added(service: ComposeService, model: ComposeFile, files: Files) -> bool:
    """Tell whether a service only adds to that of a file which stands before its own: an override."""
    groups = _groups(files)
    for other in _others(model, files):
        if other.service(service.name) is not None and _is_before(other.name, model.name, groups):
            return True
    return False


def waiting_elsewhere(service: ComposeService, model: ComposeFile, files: Files) -> str:
    """Return which service of another file waits for the end of a service, "" where none does."""
    for other in _others(model, files):
        for one in other.services:
            if one.text("depends_on", service.name, "condition") == "service_completed_successfully":
                return one.name
    return ""


def _others(model: ComposeFile, files: Files) -> tuple[ComposeFile, ...]:
    read = [_read(text, name) for name, text in files.siblings if name != model.name]
    return tuple(other for other in read if other is not None)


@lru_cache(maxsize=128)
def _read(text: str, name: str) -> ComposeFile | None:
    try:
        return read_compose(text, name)
    except YamlSyntaxError:
        return None


def _extends(one: ComposeService, service: ComposeService, file: str) -> bool:
    """Tell whether a service extends another one: of the file `file`, "" for its own."""
    node = one.get("extends")
    if isinstance(node, Scalar):
        return not file and node.text == service.name
    if not isinstance(node, Mapping):
        return False
    named = one.text("extends", "file").removeprefix("./")
    return one.text("extends", "service") == service.name and named == file


def _groups(files: Files) -> tuple[tuple[str, ...], ...]:
    """Return the lists of compose files that are used together, as commands and settings beside them name them."""
    found = []
    for place in _PLACES:
        text = files.beside(place) or ""
        found += [tuple(_NAMED.findall(line)) for line in text.replace("\\\n", " ").splitlines()]
        found += [tuple(match.replace(";", ":").split(":")) for match in _LISTED.findall(text)]
    return tuple(group for group in dict.fromkeys(found) if len(group) > 1)


def _together(one: str, other: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    return _is_before(one, other, groups) or _is_before(other, one, groups)


def _is_before(first: str, second: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether a file is merged with another one that stands behind it and counts more."""
    override, stem = _OVERRIDE.match(second), _STEM.match(first)
    if override is not None and stem is not None and override[1] == stem[1]:
        return True
    return any(first in group and second in group and group.index(first) < group.index(second) for group in groups)
