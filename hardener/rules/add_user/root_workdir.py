"""WORKDIR /root with a program copied there: what the file is with another folder, which others can enter (U05)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Copy, ExecForm, Workdir
from hardener.syntax.dockerfile.views import words

#: the folder that people take
FOLDER = "/app"
#: what may follow the WORKDIR beside COPY: none of it names or makes files there
_AFTER = frozenset("EXPOSE LABEL CMD ENTRYPOINT HEALTHCHECK ARG ENV STOPSIGNAL MAINTAINER".split())  # noqa: SIM905
#: root's home by name
_HOME = regex(r"/root(?![\w-])|~|\bHOME\b")
_TAKEN = regex(rf"{FOLDER}(?![\w-])")
#: a target in the current folder, or the folder itself
_HERE = regex(r"(?:\./?|(?:\./)?[\w-][\w.-]*)\Z")
_BUILDS = regex(r"(?:Docker|Container)file[^/]*\Z|\.(?:Docker|Container)file\Z", re.IGNORECASE)
_MOST_FILES = 250


@dataclass(frozen=True, slots=True)
class Moved:
    """The file with another WORKDIR.

    Attributes:
        old: the WORKDIR in root's home; new: what takes its place.
        model: of the file with it.
    """

    old: Workdir
    new: Workdir
    model: Model


def moved_from_root(model: Model, stage: StageModel, files: Files) -> Moved | None:
    """Return the file with /app in the place of WORKDIR /root; None but in the plain case.

    It is plain where programs and files are copied to the current folder by relative paths, no RUN follows, and
    nothing in the stage, in the sources or in a compose file names root's home, or /app.
    """
    old = _workdir(stage)
    if old is None or stage.parent is not None or not _is_plain(model, stage, old):
        return None
    if files.tree is None or _is_named(files):
        return None
    new = old.with_changes(arguments=model.style.words(Workdir, FOLDER).arguments)
    body = tuple(new if node is old else node for node in stage.node.body)
    stages = tuple(s.with_changes(body=body) if s is stage.node else s for s in model.tree.stages)
    return Moved(old, new, Model(model.tree.with_changes(stages=stages), model.facts))


def _workdir(stage: StageModel) -> Workdir | None:
    """Return the only WORKDIR of a stage, if it is root's home."""
    found = [node for node in stage.node.body if isinstance(node, Workdir)]
    return found[0] if len(found) == 1 and found[0].text.strip().rstrip("/") == "/root" else None


def _is_plain(model: Model, stage: StageModel, old: Workdir) -> bool:
    body = stage.node.body
    others = [node for node in body if node is not old]
    if any(_HOME.search(node.text) or getattr(node, "heredocs", ()) for node in others):
        return False
    written = (words(node, model.escape)[-1] if isinstance(node, Copy) else node.text for node in others)
    if any(_TAKEN.search(text) for text in written) or stage.image is None or stage.image.workdir == FOLDER:
        return False
    after = body[body.index(old) + 1 :]
    copies = [node for node in after if isinstance(node, Copy)]
    if not copies or any(node.name not in _AFTER and not isinstance(node, Copy) for node in after):
        return False
    starts = [node for node in body if node.name in ("CMD", "ENTRYPOINT")]
    exec_form = all(isinstance(node.arguments, ExecForm) for node in starts)
    return bool(starts) and exec_form and all(_HERE.match(words(node, model.escape)[-1]) for node in copies)


def _is_named(files: Files) -> bool:
    """Tell whether a file of the project names root's home, or may: a compose file elsewhere, too many files."""
    paths = files.tree.paths if files.tree is not None else ()
    if len(paths) > _MOST_FILES or any(service.file not in paths for service in files.builds.services):
        return True
    for path in paths:
        sign = ":/root" if path.endswith(".md") else "/root"  # a text for people counts where it mounts something there
        if path[-1:] != "/" and not _BUILDS.search(path) and sign in (files.text(path) or ""):
            return True
    return False
