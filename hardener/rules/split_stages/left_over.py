"""Files that only say what to install: where that was done in the build stage, nothing reads them (S22)."""

from __future__ import annotations

import posixpath
import re

from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.model import Case, Ecosystem, Step

#: what names packages for an installer, and is no part of the program
_LISTS = regex(
    r"[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in)\Z|requirements/[\w.-]+\.txt\Z"
    r"|(Pipfile|Pipfile\.lock|poetry\.lock|pdm\.lock|uv\.lock|poetry\.toml)\Z"
)
#: they read such a file when they start
_READERS = frozenset(("pip", "uv", "poetry", "pipenv", "pdm", "hatch", "rye", "pixi"))
#: folders that every image has
_THERE = frozenset(("/", "/tmp", "/var/tmp", "/opt", "/srv", "/home", "/root", "/usr/src", "/usr/local", "/mnt"))
_PROJECT = regex(r"(^|/)(setup\.py|setup\.cfg|noxfile\.py|tasks\.py|conftest\.py)\Z")


def only_installs(case: Case, ecosystem: Ecosystem, step: Step) -> bool:
    """Tell whether a COPY brings nothing but lists of packages, and nothing but the installation reads them."""
    sources, where = paths.sources(case, step), paths.target(case, step)
    if ecosystem.name != "python" or step.node.name != "COPY" or where is None or not sources:
        return False
    names = {posixpath.basename(path) for path in (*sources, *([where] if _LISTS.search(where) else []))}
    if not case.project.is_known or any(re.search(r"[*?\[$]", source) for source in sources):
        return False
    if not all(_LISTS.search(source) and case.project.has(source.removeprefix("./")) for source in sources):
        return False
    folder = where if len(sources) > 1 or not _LISTS.search(where) else posixpath.dirname(where)
    return _is_there(case, folder) and not _is_read(case, ecosystem, names)


def _is_there(case: Case, folder: str) -> bool:
    """Tell whether a folder is in the runtime stage without the files: every image has it, or a WORKDIR makes it."""
    return folder in _THERE or any(is_within(step.state.workdir or "/", folder) for step in case.steps)


def _is_read(case: Case, ecosystem: Ecosystem, names: set[str]) -> bool:
    """Tell whether something that may run in the image names one of the files, or reads such files."""
    texts = [" ".join(program) for program in case.programs] + case.project.run_texts(case.programs)
    texts += [node.text for node in case.stage.node.body if node.name in ("CMD", "ENTRYPOINT", "HEALTHCHECK", "ENV")]
    if any(re.search(rf"\b{reader}\b", text) for text in texts[: len(case.programs)] for reader in _READERS):
        return True
    sources = (path for path in case.project.sources(ecosystem.sources) if not _PROJECT.search(path))
    texts += [case.project.text(path) or "" for path in sources]
    return any(name in text for name in names for text in texts)
