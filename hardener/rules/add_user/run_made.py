"""Files that a RUN makes where the program may write: they are root's, whoever owns the folder (U15, U26)."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.image.data_folders import commands_of, is_temporary
from hardener.image.files import absolute, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.reading import makes_no_data
from hardener.rules.add_user.expanded import PATH, braces, hinted
from hardener.shell import Command, Redirect, Word
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm

#: these look at who owns the sources: git refuses those of others, npm 7 and 8 change to their owner
LOOKING = (
    r"\b(npm|npx|yarn|pnpm|git|go (build|install|mod)|make|mvn|gradlew?|cargo|hatch|setuptools_scm|uv|poetry|composer"
    r"|bundle)\b|\bpip3? install [^&|;]*(?<=\s)\.(?=[\s/\[]|\Z)"
)
_ALLOW = "make them in another stage and COPY the result, or when the container starts"
#: interpreters that only install, compile or look
_INSTALLING = regex(
    r"python[\d.]*\s+(?:-\w\s+)*-m\s+(?:pip|venv|virtualenv|ensurepip|compileall|uv|pipenv|poetry|build)\b"
    r"|(?:python|node|php|ruby|perl|java|\S+)[\d.]*\s+(?:-v|-V|--version|-version)\s*\Z|python[\d.]*\s+\S*get-pip\.py\b"
    r"|python[\d.]*\s+\S*setup\.py\b|php\s+\S*composer\S*\s+(?:install|dump|require)|(?:\S*/)?install-php-extensions\b"
    r"|(?:\S*/)?(?:pip[\d.]*|npm|poetry|uv|venv/bin/\w+)\b"
)
_FLAG = regex(r"-")


@dataclass(slots=True)
class Made:
    """What the RUN instructions of a stage make where the program may write.

    Attributes:
        files: by RUN of the stage itself, the paths to give away in that RUN.
        folders: made by a RUN in the program's folder.
        refusal: what cannot be given away, None where all can.
    """

    files: dict[Instruction, list[str]] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    refusal: Refusal | None = None


def made_by_runs(model: Model, stage: StageModel, places: tuple[str, ...]) -> Made:
    """Return what the RUN instructions make in `places`, folders that the program may write in.

    Args:
        model: of the file.
        stage: the final one.
        places: absolute paths.
    """
    out = Made()
    for link in stage.chain:
        seen = {run for run, _ in commands_of(model, link)}
        state: dict[Run, str | None] = {}
        for node in link.node.body:
            if isinstance(node, Run) and node not in seen and link.states[node].is_root:
                text, folder = _whole_text(model, node), link.states[node].workdir
                near = [path for path in (folder, *PATH.findall(text)) if path is not None]
                if text.strip() and places and (folder is None or _first(places, near)):
                    _refuse(out, text, _first(places, near) or places[0])
        for run, command in commands_of(model, link):
            if not link.states[run].is_root:
                continue
            folder = state.setdefault(run, link.states[run].workdir)
            if command.name == "cd":
                state[run] = _moved(folder, command)
                continue
            _Command(model, stage, link, run, command, folder, places, out).note()
    return out


def _whole_text(model: Model, run: Run) -> str:
    """Return the text of a RUN that cannot be read as commands, with its here-documents: they hold the program."""
    return "\n".join((model.logical(run).text, *(document.body for document in run.heredocs)))


def _first(places: tuple[str, ...], paths: list[str]) -> str:
    """Return the first place that one of the paths lies in, "" for none."""
    return next((place for place in places if any(is_within(path, place) for path in paths)), "")


def _moved(folder: str | None, command: Command) -> str | None:
    value = command.words[1].value if len(command.words) == 2 else None
    return absolute(folder, value) if value and command.plain else None


def _refuse(out: Made, shown: str, place: str) -> None:
    if out.refusal is None:
        text = " ".join(shown.split())[:50]
        out.refusal = Refusal(
            "U26", f"`{text}` makes files in {place} that belong to root, and the program may write them", _ALLOW
        )


@dataclass(frozen=True, slots=True)
class _Command:
    """One command of a RUN, judged."""

    model: Model
    stage: StageModel
    link: StageModel
    run: Run
    command: Command
    folder: str | None
    places: tuple[str, ...]
    out: Made

    def note(self) -> None:
        """Add what the command makes."""
        command = self.command
        for redirect in command.redirects:
            self.redirected(redirect)
        name = posixpath.basename(command.name or "")
        if not command.words:
            return
        if name == "mkdir":
            self.folders()
        elif name in ("touch", "tee", "truncate"):
            for word in self.operands():
                self.file(self.path(word), word)
        elif name in ("cp", "mv", "install"):
            self.copies(name)
        elif name in ("curl", "wget", "tar", "unzip", "git"):
            self.fetched(name)
        elif not makes_no_data(name) and not _INSTALLING.match(self.shown()):
            self.unknown()

    def shown(self) -> str:
        targets = (f"{r.op} {r.target.raw}" for r in self.command.redirects if r.target is not None)
        words = self.command.words[:200]  # asked for each word of it, and its beginning is enough
        return " ".join(word.raw for word in words) or " ".join(targets)

    def operands(self) -> list[Word]:
        return [word for word in self.command.words[1:] if not _FLAG.match(word.raw)]

    def where(self, path: str | None, word: Word | None = None) -> str | None:
        """Return the place of the program that a path lies in; for one that is not known, where it may lie.

        `word` is what names it, None where any word of the command may.
        """
        if path is None:
            if self.folder is None or any(is_within(self.folder, place) for place in self.places):
                return self.places[0] if self.places else None
            own = self.places if word is not None else ()  # a word that names the place itself makes nothing in it
            return _first(self.places, [hint for hint in self.hinted(word) if hint not in own]) or None
        return next((place for place in self.places if is_within(path, place) and path != place), None)

    def hinted(self, word: Word | None = None) -> list[str]:
        """Return the paths that words name which the shell expands, as far as their variables are known."""
        words = self.command.words[1:] if word is None else (word,)
        text, values = self.model.logical(self.run).text, self.link.states[self.run].values
        return [path for word in words if word.value is None for path in hinted(word.raw, text, values)]

    def file(self, path: str | None, word: Word | None = None) -> None:
        """Add a file that is made at a path, None where that is not known."""
        place = self.where(path, word)
        if place is None or (path is not None and is_temporary(path)):
            return
        is_ours = self.link is self.stage and isinstance(self.run.arguments, ShellForm)
        if path is None or not is_ours or not self.command.plain:
            _refuse(self.out, self.shown(), place)
            return
        text = self.model.logical(self.run).text
        removed = re.search(r"\b(?:rm|mv)\s", text) is not None and text.count(posixpath.basename(path)) > 1
        if re.match(r"/[\w./@+-]*\Z", path) is None or removed:
            _refuse(self.out, self.shown(), place)
            return
        paths = self.out.files.setdefault(self.run, [])
        if path not in paths:
            paths.append(path)
        self.parents(posixpath.dirname(path), place)

    def parents(self, path: str, place: str) -> None:
        """Add the folders between a place and a path."""
        found: list[str] = []
        while is_within(path, place) and path != place:
            found.insert(0, path)
            path = posixpath.dirname(path)
        self.out.folders += [folder for folder in found if folder not in self.out.folders]

    def redirected(self, redirect: Redirect) -> None:
        if redirect.target is None or not redirect.op.startswith((">", "&>")):
            return
        value = redirect.target.value
        if value is not None and (value.isdigit() or value.startswith("/dev/")):
            return
        self.file(self.path(redirect.target), redirect.target)

    def path(self, word: Word) -> str | None:
        return absolute(self.folder, word.value) if word.value else None

    def folders(self) -> None:
        skip = False
        for word in self.command.words[1:]:
            if skip or _FLAG.match(word.raw):
                skip = word.raw in ("-m", "--mode") and not skip
                continue
            path = self.path(word)
            if path is None and "{" in word.raw and "$" not in word.raw:
                for part in braces(self.stage, self.link.states[self.run].shell, word.raw):
                    self.one_folder(absolute(self.folder, part), word)
            else:
                self.one_folder(path, word)

    def one_folder(self, path: str | None, word: Word | None = None) -> None:
        place = self.where(path, word)
        if place is None:
            return
        if path is None or re.match(r"/[\w./@+-]*\Z", path) is None:
            _refuse(self.out, self.shown(), place)
        else:
            self.parents(path, place)

    def copies(self, name: str) -> None:
        """Add what `cp`, `mv` and `install` make; a folder, or a target that may be one, is held back."""
        words = [word.value for word in self.operands()]
        options = [word.raw for word in self.command.words[1:] if _FLAG.match(word.raw)]
        if name == "install" and any(re.match(r"-\w*d", option) for option in options):
            self.one_folder(absolute(self.folder, words[-1]) if words and words[-1] else None)
            return
        target = words[-1] if words else None
        path = absolute(self.folder, target) if target else None
        if self.where(path) is None and path not in self.places:
            return
        deep = any(re.match(r"-\w*[rRat]|--(recursive|archive|target)", option) for option in options)
        plain = len(words) == 2 and words[0] and target and path is not None and not deep and name != "mv"
        if not plain or any(option not in ("-n", "-f", "-v", "-p") for option in options):
            self.unknown(path)
        elif target is not None and path is not None and (target.endswith(("/", "/.")) or self.is_folder(path)):
            self.file(posixpath.join(path, posixpath.basename(words[0] or "")))
        elif "." in posixpath.basename(path or ""):
            self.file(path)
        else:
            self.unknown(path)

    def is_folder(self, path: str) -> bool:
        """Tell whether a path is known to be a folder: made by a RUN or WORKDIR, or the target of a COPY into one."""
        if path in self.places or path in self.out.folders:
            return True
        found = (copied(self.model, node) for link in self.stage.chain for node in link.node.body)
        return any(brought is not None and brought.into and is_within(brought.target, path) for brought in found)

    def fetched(self, name: str) -> None:
        """Add what is downloaded or unpacked in the program's folder: what lands there is not told by name."""
        if name == "git" and "clone" not in self.shown():
            return
        words = self.command.words
        options = r"-\w*[oO]|--output|--output-document|-C|-\w*d|-P|--directory(-prefix)?"
        named = [after.value for word, after in pairwise(words) if re.fullmatch(options, word.raw)]
        absolute_ones = [word.value for word in words[1:] if word.value and word.value.startswith("/")]
        targets = [absolute(self.folder, value) if value else None for value in named] or [*absolute_ones] or [None]
        if name == "curl" and not re.search(r"(?:\A|\s)(?:-\w*[oO]|--output|--remote-name)", self.shown()):
            return
        if (name == "wget" and any(value == "-" for value in named)) or "-qO-" in self.shown() or "-O-" in self.shown():
            return
        if name in ("curl", "wget") and len(named) == 1 and named[0]:
            self.file(targets[0])
        elif any(self.where(path) is not None or path in self.places for path in targets):
            self.unknown(targets[0])

    def unknown(self, path: str | None = None) -> None:
        """Hold back for a command that may make any file in a place: it works there, or names it."""
        words = [word.value or word.raw for word in self.command.words[1:]]
        named = [absolute(self.folder, word.partition("=")[2] or word) for word in words]
        inside = (*(found for word in words for found in PATH.findall(word)), *self.hinted())
        near = [p for p in (path, self.folder, *named, *inside) if p is not None]
        place = _first(self.places, near)
        if self.places and (place or self.folder is None):
            _refuse(self.out, self.shown(), place or self.places[0])


__all__ = ["Made", "made_by_runs"]
