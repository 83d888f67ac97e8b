"""USER before the RUN instructions that need no root: what they make is the user's, and nothing is stored twice (U26).

The folder of the program is given away while it is empty, COPY gives what it brings, and packages, builds and what
tools keep in the home belong to the user from the start.
"""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.data_folders import is_own_folder
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.users import UserPlan
from hardener.project.context import Files
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.rootless_runs import writes_as_user
from hardener.rules.add_user.run_made import LOOKING
from hardener.syntax.dockerfile.nodes import Instruction, Run, User, Workdir
from hardener.syntax.dockerfile.views import pairs
from hardener.syntax.dockerfile.writer import before_commands

#: installations outside of the folder of the project
_GLOBAL = regex(
    r"\b(?:npm|pnpm)\s+(?:-\S+\s+)*(?:i|install|add)\s+(?:[^&|;]*\s)?(?:-g|--global)\b[^&|;]*"
    r"|\bnpm\s+cache\s+clean\b[^&|;]*|\byarn\s+global\s+add\b[^&|;]*|\bcorepack\s+enable\b[^&|;]*"
    r"|\bapt(?:-get)?\s+(?:-\S+\s+)*install\b[^&|;]*|\bapk\s+(?:-\S+\s+)*add\b[^&|;]*"
)
#: settings that root keeps in its home, and that another user would not find
_SETTINGS = regex(
    r"\b(?:npm|yarn|pnpm|composer|bundle|pip3?|poetry)\s+(?:config|set|login|adduser)\b|\bgit\s+config\b[^&|;]*--global\b"
    r"|\bcorepack\s+(?:prepare|install|use)\b"
)
#: variables that say where a tool keeps or installs things
_PLACES = regex(
    r"(?i)\A(?:HOME|XDG_\w+|npm_config_\w+|yarn_\w*folder|pnpm_home|composer_\w+|\w*cache\w*|hf_home|nltk_data|torch_home"
    r"|playwright_browsers_path|cypress_\w+|puppeteer_cache_dir|sentence_transformers_home)\Z"
)


@dataclass(frozen=True, slots=True)
class Early:
    """The file with USER before the RUN instructions that need no root.

    Attributes:
        model: of that file.
        user: its USER.
        writes_here: whether one of those RUN instructions writes in the program's folder.
    """

    model: Model
    user: Instruction
    writes_here: bool


def early_user(model: Model, stage: StageModel, plan: UserPlan, owner: str, files: Files) -> Early | None:
    """Return the file with an early USER; None where no RUN gains from it, or what one needs cannot be told.

    Args:
        model: of the file. stage: the final one, which runs as root.
        plan: the user, with a home of its own. owner: what USER says for it.
        files: the build context.
    """
    folder, body = stage.end.workdir, stage.node.body
    if stage.parent is not None or not _has_home(plan) or folder is None or not is_own_folder(folder):
        return None
    if any(node.name in ("VOLUME", "ONBUILD", "USER", "SHELL") for node in body) or _names_places(model, stage, folder):
        return None
    place, found = _place(model, stage, files)
    before = [node for node in body[:place] if isinstance(node, Run)]
    if any(_works_in(model, stage, run, folder) for run in before):
        return None
    user = model.style.words(User, owner)
    new = stage.node.with_changes(body=(*body[:place], user, *body[place:]))
    stages = tuple(new if each is stage.node else each for each in model.tree.stages)
    return Early(Model(model.tree.with_changes(stages=stages), model.facts), user, "tree" in found)


def _has_home(plan: UserPlan) -> bool:
    """Tell whether a user has a number, and a home that it owns (U06)."""
    return plan.uid > 0 and plan.name is not None and plan.home.startswith("/home/")


def _names_places(model: Model, stage: StageModel, folder: str) -> bool:
    """Tell whether ENV moves the home, a cache or an installation out of the program's folder."""
    return any(
        _PLACES.match(name)
        and (value or "").lstrip("\"'")[:1] in ("/", "$", "~")
        and not is_within(value or "", folder)
        for node in stage.node.body
        if node.name in ("ENV", "ARG")
        for name, value in pairs(node, model.escape)
    )


def _place(model: Model, stage: StageModel, files: Files) -> tuple[int, frozenset[str]]:
    """Return the index for USER, behind the last WORKDIR and RUN that may need root, and where the others write."""
    body = stage.node.body
    place, found = before_commands(body), frozenset[str]()
    for at in range(place - 1, -1, -1):
        node = body[at]
        where = writes_as_user(model, stage, node, files) if isinstance(node, Run) else frozenset[str]()
        if where is None or isinstance(node, Workdir):
            return at + 1, found
        found |= where
    return 0, found


def _works_in(model: Model, stage: StageModel, run: Run, folder: str) -> bool:
    """Tell whether a RUN that root runs installs or builds in the folder of the program, or makes settings for that."""
    text = model.logical(run).text + "".join(part.body for part in run.heredocs)
    where = stage.states[run].workdir
    if _SETTINGS.search(text):
        return True
    near = where is None or is_within(where, folder) or re.search(rf"{re.escape(folder)}(?![\w-])", text) is not None
    return near and re.search(LOOKING, _GLOBAL.sub("", text)) is not None


def own_all(needs: Needs, stage: StageModel, *, always: bool) -> None:
    """Leave in a plan with an early USER only what the user cannot make itself: the program's folder, and others."""
    cwd = stage.end.workdir or "/"
    if always and not needs.must:
        needs.tree, needs.must = cwd, True
    if needs.must:
        needs.folders = [cwd, *(path for path in needs.folders if not is_within(path, cwd))]


__all__ = ["Early", "early_user", "own_all"]
