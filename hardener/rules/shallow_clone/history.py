"""Who may read the history of a clone after it was made (C33)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, join, normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.runs import RunBody, read_run
from hardener.packages.commands import package_command
from hardener.packages.managers import is_system_tool
from hardener.rules.shallow_clone.clones import Clone, folders_of, resolved
from hardener.shell import Command, Word
from hardener.shell.invocation import invocation_of
from hardener.shell.programs import FETCHERS, SIMPLE
from hardener.syntax.dockerfile.nodes import Copy, Instruction, Run
from hardener.syntax.dockerfile.views import copy_words, mounts

#: verbs of git that need no more than the newest commit
_INDIFFERENT = frozenset(("apply", "clean", "clone", "config", "init", "lfs", "ls-remote", "version"))
_SUBMODULES = (("submodule", "init"), ("submodule", "update"), ("submodule", "sync"))
#: options of git before its verb
_VALUED = ("-c", "--config-env")
#: git in a text that is not read further: an argument of another shell, a command of the image
_ASKS = regex(
    r"\bgit(?:\s+-\S+)*\s+(?:am|bisect|blame|branch|checkout|cherry\S*|describe|diff|fetch|format-patch|log|merge\S*"
    r"|name-rev|pull|rebase|reset|rev-list|rev-parse|revert|shortlog|show|switch|tag)\b"
)
_TOOLS = regex(r"\b(?:setuptools[_-]scm|versioneer|hatch-vcs|pbr|gitversion|git-version|dunamai|git-cliff)\b")
#: programs that name the version of what they build or install after its tags
_BY_TAG = frozenset(("go", "goreleaser", "pip", "pip3", "poetry", "pdm", "hatch", "flit", "uv", "pipx"))
_PYTHON = regex(r"(?:python|pypy)[\d.]*\Z")
#: simple commands that carry no file elsewhere
_STAYING = frozenset(
    """
    : [ [[ cat cd chgrp chmod chown date dirname echo egrep exit export fgrep file grep head id ls md5sum mkdir mktemp
    printf pwd readlink realpath rm rmdir sed set sha256sum sleep stat tail tee test touch true umask unset wc
    """.split()  # noqa: SIM905
)
#: simple commands that run what they are given
_RUNNING = frozenset(("eval", "exec", "command", "find", "time", "trap", "awk", "gawk"))
#: those of the others whose last word is where to
_INTO_THE_LAST = ("cp", "mv", "install", "ln")
#: a package that pip takes from its index
_PACKAGE = regex(r"[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:[=<>!~]=?[\w.*+!,<>=~-]*)?\Z")
_GLOB = regex(r"[*?\[]")
_HIDDEN = regex(r"(?:^|[\s/\"'=])\.git(?:/|\Z)")
_ALLOW = "write `--depth 1` yourself where the newest commit is enough"
_TAG = "for a tag write `git clone --depth 1 --branch TAG` instead"
_STAYS = "the history stays in the image, and something may read it there"


def fate(model: Model, stage: StageModel, node: Run, run: RunBody, clone: Clone) -> Refusal | str:
    """Return what needs the history of a clone, as a Refusal; what may need it, as a text; "" where nothing can."""
    at = stage.states[node]
    doubts: list[str] = []
    folders = folders_of(run, at.workdir)
    place = clone.command.context
    is_repeated = bool(place.inside) or place.function  # what stands above it may run after it
    for command in run.body.commands:
        if command == clone.command or (command.start < clone.command.start and not is_repeated):
            continue
        where = folders.get(command.start)
        if command.plain and command.start > clone.command.start and _removes(command, where, clone):
            return next(filter(None, doubts), "")
        answer = _asks(command, where, clone, run.body.text[command.start : command.end])
        if isinstance(answer, Refusal):
            return answer
        doubts.append(answer)
    later = _later(model, stage, node, clone)
    if isinstance(later, Refusal):
        return later
    return next(filter(None, (*doubts, later)), "")


def _removes(command: Command, where: str | None, clone: Clone) -> bool:
    """Tell whether a command removes the clone, or its history."""
    call = invocation_of(command)
    words = command.words[call.rest :] if call is not None and call.program == "rm" else ()
    if not clone.folder or not any(word.raw.startswith("-") and "r" in word.raw.lower() for word in words):
        return False
    history = join(clone.folder, ".git")
    return any(_holds(target, history) for word in words if (target := resolved(word, where)))


def _asks(command: Command, where: str | None, clone: Clone, text: str) -> Refusal | str:
    """Return what one command does with the history: a Refusal, a doubt, or "" for nothing."""
    call = invocation_of(command)
    program = call.program if call is not None else ""
    if call is not None and program == "git":
        return _git(command.words[call.rest :], where, clone)
    if _ASKS.search(text):
        return Refusal("C33", f"`{_short(text)}` asks git for the history", _ALLOW)
    if _TOOLS.search(text):
        return Refusal("C33", f"`{_short(text)}` names a version after tags", _ALLOW)
    if program in SIMPLE and program not in _RUNNING:
        if _HIDDEN.search(text) and program != "rm":
            return f"`{_short(text)}` may read the history"
        return "" if program in _STAYING else _carried(command, where, clone, text)
    if program in FETCHERS or is_system_tool(program) or not _reaches(text, where, clone):
        return ""
    if _installs_others(command):
        return ""
    is_setup = _PYTHON.match(program) is not None and "setup.py" in text
    if program in _BY_TAG or is_setup:
        return Refusal("C33", f"`{_short(text)}` may name a version after the tags of the clone", _ALLOW)
    return f"`{_short(text)}` may ask git for the history, as for a version"


def _installs_others(command: Command) -> bool:
    """Tell whether pip installs packages by their names alone, none of which is the clone."""
    package = package_command(command)
    if package is None or package.manager != "pip" or package.verb != "install" or not package.operands:
        return False
    is_named = all(_PACKAGE.match(word.value or "") for word in package.operands)
    return is_named and not package.is_open and not package.has("-e", "--editable", "-r", "--requirement")


def _git(words: Sequence[Word], where: str | None, clone: Clone) -> Refusal | str:
    """Return what a command of git needs."""
    values = [word.raw for word in words]
    at, folder = 0, where
    while at < len(values) and values[at].startswith("-"):
        if values[at] == "-C" and at + 1 < len(values):
            folder = resolved(words[at + 1], where) or None
        elif values[at].startswith("--git-dir"):
            folder = None
        at += 2 if values[at] in (*_VALUED, "-C", "--git-dir", "--work-tree") else 1
    verb = tuple(values[at : at + 2])
    if not verb or verb[0] in _INDIFFERENT or (verb in _SUBMODULES and "--remote" not in values):
        return ""
    if folder and clone.folder and not _holds(clone.folder, folder):
        return ""  # it is about another repository
    allow = _TAG if verb[0] in ("checkout", "switch") else _ALLOW
    return Refusal("C33", f"`git {' '.join(verb)[:40]}` may need the history", allow)


def _carried(command: Command, where: str | None, clone: Clone, text: str) -> str:
    """Return a doubt where a command that copies or moves may carry the history elsewhere."""
    words = [word for word in command.words[1:] if not word.raw.startswith("-")]
    if command.name in _INTO_THE_LAST and not any(word.raw.startswith(("-t", "--t")) for word in command.words):
        words = words[:-1]
    is_known = all(_is_clear_of(word, where, clone) for word in words)
    return "" if is_known else f"`{_short(text)}` may carry the history elsewhere"


def _is_clear_of(word: Word, where: str | None, clone: Clone) -> bool:
    """Tell whether a word names no folder that holds the history; `FOLDER/*` names no hidden file."""
    glob = _GLOB.search(word.raw)
    if not clone.folder or (word.value is None and (glob is None or "$" in word.raw or "`" in word.raw)):
        return False
    path = word.value or word.raw[: word.raw.rfind("/", 0, glob.start() if glob else None) + 1] or "."
    if where is None and not path.startswith("/"):
        return False
    whole = normpath(join(where or "/", path))
    if f"{whole}/".startswith(f"{clone.folder}/.git/"):
        return False
    is_inside = word.value is None and whole == clone.folder and not word.raw.rpartition("/")[2].startswith(".")
    return is_inside or not _holds(whole, clone.folder)


def _reaches(text: str, where: str | None, clone: Clone) -> bool:
    """Tell whether a program may come to the folder of the clone: it runs in it or above it, or names it."""
    if where is None or not clone.folder:
        return True
    is_near = _holds(clone.folder, where) or _holds(where, clone.folder)
    return is_near or basename(clone.folder) in text or "$" in text


def _later(model: Model, stage: StageModel, node: Run, clone: Clone) -> Refusal | str:
    """Return what later instructions do with the history, and who else gets it."""
    doubts: list[str] = []
    for holder, other in _after(stage, node):
        answer = _instruction(model, holder, other, clone)
        if isinstance(answer, Refusal):
            return answer
        doubts.append(answer)
    if stage.is_shipped:
        doubts.append(_STAYS)
    else:
        doubts += (_taken(model, other, stage, clone) for link in model.stages for other in link.node.body)
    return next(filter(None, doubts), "")


def _after(stage: StageModel, node: Run) -> Iterator[tuple[StageModel, Instruction]]:
    """Yield what comes after an instruction in its stage, and in the stages that are built on it."""
    body = stage.node.body
    yield from ((stage, other) for other in body[body.index(node) + 1 :])
    for child in stage.children:
        yield from _whole(child)


def _whole(stage: StageModel) -> Iterator[tuple[StageModel, Instruction]]:
    yield from ((stage, other) for other in stage.node.body)
    for child in stage.children:
        yield from _whole(child)


def _instruction(model: Model, stage: StageModel, node: Instruction, clone: Clone) -> Refusal | str:
    if node.name in ("CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD"):
        said = node.code.replace('"', " ").replace(",", " ")
        return Refusal("C33", f"the {node.name} asks git for the history", _ALLOW) if _ASKS.search(said) else ""
    if not isinstance(node, Run):
        return ""
    run = read_run(model, stage, node)
    if run is None:
        if _ASKS.search(node.code):
            return Refusal("C33", "a later RUN asks git for the history", _ALLOW)
        return "a later RUN that harden cannot read may ask git for the history"
    folders = folders_of(run, stage.states[node].workdir)
    doubts: list[str] = []
    for command in run.body.commands:
        text = run.body.text[command.start : command.end]
        answer = _asks(command, folders.get(command.start), clone, text)
        if isinstance(answer, Refusal):
            return answer
        doubts.append(answer)
    return next(filter(None, doubts), "")


def _taken(model: Model, node: Instruction, stage: StageModel, clone: Clone) -> str:
    """Return a doubt where another stage may take the history from the one with the clone."""
    if isinstance(node, Run) and any(_is_of(model, mount.from_ or "", stage) for mount in mounts(node)):
        return "a RUN mounts the stage with the clone, and may ask git for the history"
    if not isinstance(node, Copy):
        return ""
    view = copy_words(node, model.escape)
    if not _is_of(model, view.from_ or "", stage):
        return ""
    for source in view.sources:
        path = normpath(join("/", source.strip("\"'")))
        is_plain = not ("$" in path or _GLOB.search(path)) and clone.folder
        if not is_plain or _holds(path, clone.folder) or ".git" in path:
            return f"`COPY --from` of {source[:40]} may carry the history into the image"
    return ""


def _is_of(model: Model, name: str, stage: StageModel) -> bool:
    found = model.find(name) if name else None
    return found is not None and stage in found.chain


def _holds(folder: str, other: str) -> bool:
    """Tell whether a folder is another one, or above it."""
    return f"{other}/".startswith(f"{folder.rstrip('/')}/")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 50 else f"{flat[:47]}…"
