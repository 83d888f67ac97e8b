"""Variables that are set where the program starts: it gets them, and the command of a HEALTHCHECK does not (H04)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.context import Files
from hardener.project.node.scripts import script_call
from hardener.rules.healthcheck.probe import source_of

#: a variable that a check reads, in JavaScript, in a shell and in Python
_READ = regex(r"process\.env\.(\w+)|\$\{(\w+)|environ(?:\.get\(|\[)\s*['\"](\w+)|getenv\(\s*['\"](\w+)")

_WORD = regex(r"[\w:.-]+")
_MANAGER = regex(r"\A(?:npm|yarn|pnpm|bun):")


def set_at_start(model: Model, stage: StageModel, files: Files, argv: tuple[str, ...]) -> Refusal | None:
    """Return why a check would read another value than the program gets; None where both read the same.

    Args:
        model: of the file. stage: what is started. files: of the project. argv: the check.
    """
    names = {name for found in _READ.finditer(" ".join(argv)) for name in found.groups() if name}
    for place, text in _texts(model, stage, files) if names else ():
        found = re.search(rf"(?<![\w$-])(?:{'|'.join(sorted(names))})=", text)
        if found is not None:
            reason = f"{place} sets {found[0][:-1]} for the program, which the check does not see"
            return Refusal("H04", reason, "set it with ENV")
    return None


def _texts(model: Model, stage: StageModel, files: Files) -> Iterator[tuple[str, str]]:
    """Yield what starts the program: its command lines, the scripts that they name, and those of package.json."""
    own = (*(stage.entrypoint.argv or ()), *(stage.cmd.argv or ()))
    yield "the command", " ".join(own)
    for service in services_of(model, stage, files):
        yield service.file, " ".join((*service.entrypoint, *service.command))
    for word in own:
        path = source_of(model, stage, files, word) if "/" in word or ".sh" in word else None
        if path is not None and " " not in path:
            yield path, files.text(path) or ""
    if any(script_call(own[at:]) is not None for at in range(len(own))):
        yield "package.json", " ".join(_scripts(files, " ".join(own)))


def _scripts(files: Files, text: str) -> tuple[str, ...]:
    """Return the scripts of package.json that a text names, and those that they name."""
    from hardener.project.node.package_json import read_package

    package = read_package(files)
    scripts = dict(package.scripts) if package is not None else {}
    found, queue = list[str](), [text]
    while queue:
        for word in _WORD.findall(queue.pop()):
            script = scripts.pop(_MANAGER.sub("", word), "")
            found += [script]
            queue += [script]
    return tuple(filter(None, found))


__all__ = ["set_at_start"]
