"""RUN instructions that install packages beside the sources and neither look at their owner nor make data (U26).

npm 7 and 8 run scripts as the owner of the folder, and git refuses a repository of somebody else. Where there is no
.git, npm is newer, and the project runs no script of its own on installation, the owner of the sources is of no
account to the installation. What it makes is code, and stays root's, as after a COPY of the manifests alone.
"""

from __future__ import annotations

import posixpath
import re

from hardener.image.files import copied
from hardener.image.model import Model, StageModel
from hardener.image.npm import npm_version
from hardener.project.context import Files
from hardener.project.node.package_json import read_package
from hardener.rules.add_user.run_made import LOOKING
from hardener.shell import Body, Command, parse_shell
from hardener.syntax.dockerfile.nodes import Instruction, Run

#: what installs and no more, by program: its verbs, "" for none
_INSTALLS = {
    "npm": ("install", "i", "ci", "cache"),
    "yarn": ("", "install", "cache"),
    "pnpm": ("install", "i", "store"),
    "bundle": ("install", "config"),
}
_OF_NODE = ("npm", "yarn", "pnpm")
#: the first npm that stays root whoever owns the folder
_NPM = 9


def installs_alone(model: Model, stage: StageModel, files: Files) -> frozenset[Instruction]:
    """Return the RUN instructions of a stage that only install, as far as the owner of the sources goes."""
    tree = files.tree
    if tree is None or tree.has(".git"):
        return frozenset()
    found: list[Instruction] = []
    for node in stage.node.body:
        if isinstance(node, Run) and re.search(LOOKING, node.text):
            text = model.logical(node).text
            body = parse_shell(text)
            commands = body.commands if isinstance(body, Body) else ()
            calm = [command for command in commands if _is_calm(model, stage, node, command, files)]
            for command in reversed(calm):
                text = text[: command.start] + text[command.end :]
            if calm and not re.search(LOOKING, text):
                found.append(node)
    return frozenset(found)


def _is_calm(model: Model, stage: StageModel, run: Run, command: Command, files: Files) -> bool:
    words = [word.value or word.raw for word in command.words]
    name = posixpath.basename(words[0]) if words else ""
    verb = next((word for word in words[1:] if not word.startswith("-")), "")
    if verb not in _INSTALLS.get(name, ()) or (verb and words[1] != verb) or not command.plain:
        return False
    if name not in _OF_NODE:
        return True
    npm = npm_version(model, stage)
    return (name != "npm" or (npm or 0) >= _NPM) and _runs_nothing(model, stage, run, files)


def _runs_nothing(model: Model, stage: StageModel, run: Run, files: Files) -> bool:
    """Tell whether the package.json where a RUN works is the context's, and its installation runs no script of it."""
    folder = stage.states[run].workdir
    whole = [found for found in (copied(model, node) for node in stage.node.body) if found is not None]
    here = any(found.target == folder and found.sources in ((".",), ("./",)) for found in whole)
    package = read_package(files)
    if not here or package is None:
        return False
    return not (package.lifecycle or package.workspaces or package.local or files.has("pnpm-workspace.yaml"))


__all__ = ["installs_alone"]
