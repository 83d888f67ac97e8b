"""What the Dockerfile and the files around it call: in steps of the build, and when the image runs (C37)."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import basename
from typing import NamedTuple

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import runs_a_script
from hardener.image.process import services_of
from hardener.image.runs import read_run
from hardener.knowledge.tools import call_of, calls, is_fetched_with, is_linked, works_with
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Copy, Run
from hardener.syntax.dockerfile.views import copy_words

#: the managers whose lists of packages are no calls
SYSTEM = ("apt", "apk")
_REMOVING = frozenset(("remove", "purge", "autoremove", "autopurge", "del"))


_SCRIPT = regex(r"(?<![\w.-])([\w.-]*(?:\.(?:ba)?sh|entrypoint(?:\.\w+)?))(?![\w./-])")
_LOCK = regex(
    r"(?:^|/)(?!node_modules/)(?:(?:package|composer)-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json"
    r"|(?:Gemfile|Cargo|composer|poetry|uv|pdm|yarn|mix|bun|Pipfile)\.lock|go\.sum)\Z"
)


class Texts(NamedTuple):
    """What a stage and those built on it do.

    Attributes:
        built: the text of their RUNs, without the names of packages.
        managers: what else installs packages in them.
        removed: packages that one of them removes.
        runs_unread: one runs a script that is not in the file.
        started: of that, what starts the image or checks it, and what the files around it run.
        heredocs: files that the Dockerfile writes itself, each behind `>` and its path.
        said: everything else that the file says of them, and what is copied from them.
        around: what compose files, manifests, Makefiles and workflows run in the image.
        whole: the file.
    """

    built: str
    managers: frozenset[str]
    removed: frozenset[str]
    runs_unread: bool
    started: str
    heredocs: str
    said: str
    around: str
    whole: str


def family(stage: StageModel) -> list[StageModel]:
    """Return a stage and those that are built on it."""
    return [stage, *(each for child in stage.children for each in family(child))]


def texts_of(model: Model, stage: StageModel, files: Files) -> Texts:
    """Return what a stage and those built on it do."""
    built: list[str] = []
    managers: set[str] = set()
    removed: set[str] = set()
    bodies = [node for other in model.stages for node in other.node.body]
    said = [node.with_changes(leading=()).code for node in bodies if isinstance(node, Copy)]
    members = family(stage)
    for node in (node for member in members for node in member.node.body):
        if not isinstance(node, Run):
            said.append(node.with_changes(leading=()).code.replace('\\"', '"'))
            continue
        owner = model.holder(node)
        body = read_run(model, owner, node) if owner is not None else None
        if body is None:
            built.append(node.with_changes(leading=()).code)
            continue
        text = body.line.text
        for command in body.commands:
            if command.manager not in SYSTEM:
                managers.add(command.manager)
                continue
            if command.verb in _REMOVING:
                removed.update(command.packages)
            for word in command.operands:
                text = text[: word.start] + " " * (word.end - word.start) + text[word.end :]
        built.append(text)
    whole, around = "\n".join(built), _around(model, members, files)
    nodes = [node for member in members for node in member.node.body]
    started = [model.logical(node).text for node in nodes if node.name in ("CMD", "ENTRYPOINT", "HEALTHCHECK")]
    heredocs = [
        f"> {copy_words(node, model.escape).target}" for node in nodes if isinstance(node, Copy) and node.heredocs
    ]
    return Texts(
        whole, frozenset(managers), frozenset(removed), runs_a_script(whole), "\n".join((*started, around)),
        "\n".join(heredocs), "\n".join(said), around, model.tree.code,
    )  # fmt: skip


def _around(model: Model, members: list[StageModel], files: Files) -> str:
    services = [s for member in members for s in services_of(model, member, files)]
    words = [" ".join((*s.entrypoint, *s.command, *s.check, *s.probes, *s.environment)) for s in services]
    words += [" ".join((*pod.entrypoint, *pod.command, *pod.probes)) for pod in files.builds.pods]
    return "\n".join((*words, *files.builds.execs))


@dataclass(frozen=True, slots=True)
class Calls:
    """What the texts of a stage call; each tool is looked for once, whatever many RUNs install it.

    Attributes:
        texts: of the stage.
        at_run: tools that were asked for, and whether they are called in the running image.
        in_build: the same of the build.
        held: why none is taken out, once that was asked.
    """

    texts: Texts
    at_run: dict[str, bool] = field(default_factory=dict)
    in_build: dict[str, bool] = field(default_factory=dict)
    held: list[Refusal | None] = field(default_factory=list)

    def once(self, ask: Callable[[], Refusal | None]) -> Refusal | None:
        """Return why no tool is taken out of the image; the same for all its RUNs."""
        if not self.held:
            self.held.append(ask())
        return self.held[0]

    def is_called_at_run(self, package: str) -> bool:
        """Tell whether what the file and the files around it say of the running image calls a tool."""
        if package not in self.at_run:
            said, around, whole = self.texts.said, self.texts.around, self.texts.whole
            self.at_run[package] = calls(package, said) or calls(package, around) or is_linked(package, whole)
        return self.at_run[package]

    def is_called_in_build(self, package: str) -> bool:
        """Tell whether a step of the build calls a tool, or may call it."""
        if package not in self.in_build:
            fetched = any(is_fetched_with(package, manager) for manager in self.texts.managers)
            self.in_build[package] = self.texts.runs_unread or fetched or calls(package, self.texts.built)
        return self.in_build[package]


def unread_script(texts: Texts, files: Files) -> str:
    """Return a script that the image starts or checks with and that neither the file nor the context holds, or ""."""
    there = {basename(path) for path in files.tree.paths} if files.tree is not None else set()
    for line in texts.started.splitlines():
        for name in _SCRIPT.findall(line):
            written = re.search(rf">\s*[\"']?[\w./-]*{re.escape(name)}\b", texts.built + texts.heredocs)
            if name not in there and written is None:
                return str(name)
    return ""


def named_in_sources(packages: list[str], files: Files) -> frozenset[str]:
    """Return the tools that a file of the build context calls, or may call.

    All are looked for at once first: mostly there is none, and each search reads the whole context.
    """
    locked = {package for package in packages if any(works_with(package, text) for text in _locks(files))}
    left = [package for package in packages if package not in locked]
    if not left or not files.mentions("|".join(call_of(package) for package in left)):
        return frozenset(locked)
    if len(left) == 1:
        return frozenset(packages)
    return frozenset((*locked, *(package for package in left if files.mentions(call_of(package)))))


def _locks(files: Files) -> list[str]:
    """Return the texts of the lock files, which no search for a call reads."""
    return [files.text(path) or "" for path in files.tree.found(_LOCK)] if files.tree is not None else []
