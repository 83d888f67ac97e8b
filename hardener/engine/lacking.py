"""What a pass would ask of an image that the image cannot have: a shell, a package manager, the program it starts.

Only what a pass adds counts: a file that asks for it already, as `FROM scratch` with a root file system from ADD does,
may know more than is known here.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter

from hardener.image.files import absolute, is_within, target_of
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.syntax.dockerfile.nodes import Add, Copy, Run, ShellForm

_MANAGERS = {"apt": "apt", "apk": "apk", "dnf": "dnf", "yum": "dnf", "microdnf": "dnf", "tdnf": "dnf"}
#: where programs of the image itself lie
_OWN = ("/bin", "/sbin", "/usr", "/lib", "/lib64", "/opt/java")


def lacking(old: Model, new: Model) -> list[str]:
    """Return what the new tree asks of its images beyond what the old one asked, and they lack."""
    found = [f"{what} [S14]" for what in _asked(new) - _asked(old)]
    if old.stages and new.stages:
        before, after = old.stages[-1], new.stages[-1]
        for path in sorted(_programs(after) & _programs(before)):
            if _may_hold(old, before, path) and not _may_hold(new, after, path):
                found.append(f"no step brings {path}, which the image starts [S14]")
    return found


def _asked(model: Model) -> Counter[str]:
    """Return what RUN instructions need and their image is known not to have, worked out once for a tree."""
    known: Counter[str] | None = model.memo.get("asked of images")
    if known is None:
        known = model.memo["asked of images"] = _asked_now(model)
    return known


def _asked_now(model: Model) -> Counter[str]:
    found: Counter[str] = Counter()
    for stage in model.stages:
        image = stage.image
        no_shell = stage.is_scratch or (image is not None and image.has_shell is False)
        for node in stage.node.body:
            if not isinstance(node, Run):
                continue
            if no_shell and isinstance(node.arguments, ShellForm):
                found["a RUN needs a shell, and its image has none"] += 1
            run = read_run(model, stage, node) if image is not None else None
            if image is None or run is None:
                continue
            own = _MANAGERS.get(image.pkg_manager or "", image.pkg_manager)
            used = {_MANAGERS[c.manager] for c in run.commands if c.manager in _MANAGERS}
            for manager in used - {own}:
                found[f"a RUN calls {manager}, which its image does not have"] += 1
    return found


def _programs(stage: StageModel) -> set[str]:
    """Return the files that the exec forms of CMD and ENTRYPOINT start, by their absolute path."""
    found = set()
    for command in (stage.entrypoint, stage.cmd):
        argv = command.argv
        if command.instruction is None or command.is_shell_form or not argv or "/" not in argv[0]:
            continue
        if argv[0].startswith("-"):  # a CMD of options alone, for the ENTRYPOINT
            continue
        path = absolute(stage.end.workdir, argv[0])
        if path is not None and "$" not in path:
            found.add(path)
    return found


def _may_hold(model: Model, stage: StageModel, path: str) -> bool:
    """Tell whether an image may hold a file: a COPY reaches it, or a RUN that works near it or names it."""
    named = re.compile(rf"(?<!\w){re.escape(posixpath.basename(path))}(?!\w)")
    image = stage.image
    if any(is_within(path, folder) for folder in _OWN) and not (stage.is_scratch or (image and not image.has_shell)):
        return True
    for link in stage.chain:
        for node in link.node.body:
            if isinstance(node, Copy | Add):
                target = target_of(model, node)
                if target is None or is_within(path, target):
                    return True
            elif isinstance(node, Run):
                here, folder = link.states[node].workdir, posixpath.dirname(path)
                if named.search(node.text) or (folder != "/" and folder in node.text):
                    return True
                near = here is None or (here not in ("/", path) and is_within(path, here))
                if near and not _installs_alone(model, node, folder):
                    return True
    return image is None and not stage.is_scratch


def _installs_alone(model: Model, run: Run, folder: str) -> bool:
    """Tell whether a RUN has nothing to do with a folder: packages lie elsewhere, wherever they are installed from."""
    from hardener.packages.reads_no_source import body_reads_no_source

    return body_reads_no_source(model.logical(run).text, folder)
