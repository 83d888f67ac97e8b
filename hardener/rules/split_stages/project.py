"""The build context as a split sees it: which files there are, what they say, which programs the sources start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.program_sources import is_test
from hardener.project.texts import read_json
from hardener.shell import Body, parse_shell
from hardener.shell.invocation import WRAPPERS

#: more sources than this are not read
MOST_SOURCES = 1500
#: folders whose files are no part of the program when it runs
_ASIDE = regex(r"(^|/)(node_modules|\.yarn|\.git|\.venv|venv|docs?|examples?|\.github|coverage)/")
_CONFIG = regex(r"(^|/)[^/]*\.config\.[cm]?[jt]s\Z|(^|/)(gulpfile|Gruntfile|\.eslintrc)[^/]*\Z|\.d\.ts\Z")
#: ways of starting another program, by the ending of the source
_STARTS = {
    "js": r"child_process|\bexeca\b|\bshelljs\b|\bBun\.spawn|Deno\.(?:run|Command)",
    "py": r"\bsubprocess\b|\bos\.(?:system|popen|exec[lv]|spawn)|\bpexpect\b|create_subprocess|\bpty\.spawn",
    "go": r"\"os/exec\"|syscall\.Exec|os\.StartProcess|\"plugin\"",
    "rs": r"process::Command|\bCommand::new",
    "java": r"ProcessBuilder|\.exec\(|Runtime\.getRuntime",
    "rb": r"`|%x[\[({]|\bsystem\b|Open3|\bspawn\b|IO\.popen|\bexec\b",
    "php": r"shell_exec|\bexec\(|proc_open|passthru|\bsystem\(|popen\(|Process\(",
    "c": r"\bsystem\s*\(|\bpopen\s*\(|\bexec[lv]p?e?\s*\(|posix_spawn|\bdlopen\s*\(",
    "cs": r"Process\.Start|ProcessStartInfo|DllImport|LibraryImport",
}
_LIKE = {
    "mjs": "js", "cjs": "js", "ts": "js", "tsx": "js", "jsx": "js", "mts": "js", "cts": "js", "vue": "js",
    "svelte": "js", "kt": "java", "scala": "java", "groovy": "java", "cc": "c", "cpp": "c", "cxx": "c", "h": "c",
    "hpp": "c", "fs": "cs", "vb": "cs", "ru": "rb", "rake": "rb", "pyw": "py", "pyx": "py",
}  # fmt: skip
#: libraries that are looked up by name when the program runs (S10)
_LOADS = regex(r"\bctypes\b|\bcffi\b|ffi-napi|\bkoffi\b|dlopen|FFI::|\bLoadLibrary\b")
#: compilers at run time (S27)
_COMPILES = regex(r"torch\.compile|pyximport|cpp_extension|\bnvcc\b|distutils\.ccompiler|\bload_inline\b")
_LITERAL = regex(
    r"(?:subprocess\.\w+|check_output|check_call|Popen|os\.system|os\.popen|execFile(?:Sync)?|exec(?:Sync)?|spawn(?:Sync)?"
    r"|create_subprocess_(?:exec|shell)|getoutput|getstatusoutput|execa(?:Sync)?|exec\.Command(?:Context\([^,]*,)?)"
    r"\s*\(?\s*\[?\s*f?([\"'`])([\w./-][^\"'`\n]*)"
)
_CALLS = regex(
    r"\b(?:exec\w*|spawn\w*|Popen|check_\w+|run|call|system|popen|Command|create_subprocess_\w+|getoutput"
    r"|getstatusoutput)\s*\("
)
#: they run what the words after them say
_RUNNERS = WRAPPERS | frozenset(("sh", "bash", "dash", "ash", "zsh", "su"))
#: files without an ending that are no scripts
_NO_SCRIPT = regex(
    r"(LICEN[CS]E|README|NOTICE|CHANGELOG|AUTHORS|CODEOWNERS|Dockerfile|Containerfile|Vagrantfile)", re.I
)
_SHELL_SCRIPT = regex(r"\A#!.*\b(ba|da|a|z|k)?sh\b")
#: what names programs for another program, and that program
_LISTS = (
    (regex(r"(^|/)(GNU)?[Mm]akefile\Z"), ("make", "gmake")),
    (regex(r"(^|/)Procfile[^/]*\Z"), ("honcho", "foreman", "hivemind", "overmind", "goreman", "forego")),
    (regex(r"(^|/)supervisor[^/]*\.(conf|ini)\Z"), ()),
    (regex(r"(^|/)(cron[^/]*|[^/]*\.cron|[^/]*crontab[^/]*|root)\Z"), ()),
)


@dataclass(frozen=True, slots=True)
class Started:
    """What the sources say about other programs: names found, and what cannot be read from them."""

    programs: frozenset[str]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """The files of the build context, as far as they are known."""

    files: Files

    @property
    def is_known(self) -> bool:
        """Whether there is a build context, listed to its end."""
        return self.files.tree is not None

    @property
    def paths(self) -> tuple[str, ...]:
        """All files that .dockerignore does not keep out, sorted; () where the context is not known."""
        tree = self.files.tree
        return tree.paths if tree is not None else ()

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is there."""
        return self.files.has(path)

    def text(self, path: str) -> str | None:
        """Return what a file says, None where it is not there or not known."""
        return self.files.text(path)

    def json(self, path: str) -> Any:
        """Return what a JSON file holds, None where it cannot be read."""
        return self.files.read(path, read_json)

    def sources(self, endings: Iterable[str]) -> tuple[str, ...]:
        """Return the sources that may be part of the program when it runs: no tests, no documentation."""
        tree = self.files.tree
        return tree.once(_sources, tuple(endings)) if tree is not None else ()

    @property
    def scripts(self) -> tuple[str, ...]:
        """The shell scripts of the context, sorted."""
        tree = self.files.tree
        named = tree.once(_script_names) if tree is not None else ()
        return tuple(p for p in named if _is_named_script(p) or _SHELL_SCRIPT.match(self.text(p) or "") is not None)

    @staticmethod
    def is_aside(path: str) -> bool:
        """Tell whether a file lies in a folder that is no part of the program when it runs: tests, documentation."""
        return _ASIDE.search(path) is not None or is_test(path)

    def run_texts(self, programs: Iterable[tuple[str, ...]]) -> list[str]:
        """Return what shell scripts say, and lists of programs for those that start them (make, cron, supervisord)."""
        tree = self.files.tree
        found = [self.text(path) or "" for path in self.scripts]
        words = {_name(word) for program in programs for word in program} | set(re.findall(r"[\w-]+", "\n".join(found)))
        for pattern, readers in _LISTS:
            if not readers or words & set(readers):
                named = tree.found(pattern) if tree is not None else ()
                found += [self.text(path) or "" for path in named if not self.is_aside(path)]
        return found

    def started(
        self,
        endings: Iterable[str],
        known: Iterable[str],
        programs: Iterable[tuple[str, ...]] = (),
        *,
        only: frozenset[str] | None = None,
    ) -> Started:
        """Return which other programs the sources start.

        Args:
            endings: of the sources of the program.
            known: names of programs that a shell script may call.
            programs: the command lines that the image runs.
            only: the files that are read, scripts not among them; None for all.
        """
        names: set[str] = set()
        doubts: list[str] = []
        sources = [path for path in self.sources(endings) if only is None or path in only]
        if len(sources) > MOST_SOURCES:
            return Started(frozenset(), (f"there are {len(sources)} sources, too many to read",))
        for path in sources:
            _scan(path, self.text(path), names, doubts)
        if only is not None:
            return Started(frozenset(names), tuple(doubts))
        words = set(known)
        doubts += [f"cannot read {path}" for path in self.scripts if self.text(path) is None]
        for text in self.run_texts(programs):
            names |= words & _commands(text)
        return Started(frozenset(names), tuple(doubts))


def _scan(path: str, text: str | None, names: set[str], doubts: list[str]) -> None:
    """Add the programs that one source starts, and what cannot be known of it."""
    if text is None:
        doubts.append(f"{path} is too long to read")
        return
    ending = path.rpartition(".")[2]
    starts = re.compile(_STARTS.get(_LIKE.get(ending, ending), r"(?!)"))
    if _LOADS.search(text) and ending in ("py", "js", "ts", "mjs", "cjs", "rb"):
        doubts.append(f"{path} loads libraries by name")
    if _COMPILES.search(text):
        doubts.append(f"{path} compiles when it runs")
    if not starts.search(text):
        return
    literal = list(_LITERAL.finditer(text))
    for found in literal:
        own = _commands(found[2])
        names |= own
        if own & _RUNNERS:  # what it runs is said in the strings that follow
            for string in re.findall(r"[\"'`]([^\"'`\n]+)[\"'`]", text[found.end() + 1 :][:300]):
                names |= _commands(string)
    if not literal or len(_CALLS.findall(text)) > len(literal):
        doubts.append(f"{path} starts other programs")


def _commands(text: str) -> set[str]:
    """Return the words of a script that may be programs: the names of its commands and their first arguments."""
    body = parse_shell(text)
    if not isinstance(body, Body):
        return set(re.findall(r"[\w.+-]+", re.sub(r"(?m)^\s*#.*", "", text)))
    found: set[str] = set()
    for command in body.commands:
        words = [word.raw.strip("\"'") for word in command.words]
        found.update(words if words and _name(words[0]) in _RUNNERS else words[:4])
    parts = {part for word in found for part in word.split()}
    return {_name(word) for word in found | parts}


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _sources(tree: ContextTree, endings: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(f".{ending}" for ending in endings)
    found = (path for path in tree.paths if path.endswith(wanted))
    return tuple(path for path in found if not Project.is_aside(path) and not _CONFIG.search(path))


def _script_names(tree: ContextTree) -> tuple[str, ...]:
    """Return the names that shell scripts may have, sorted; some have to be looked into."""
    return tuple(path for path in tree.paths if _may_be_script(path) and not Project.is_aside(path))


def _may_be_script(path: str) -> bool:
    name = _name(path)
    return _is_named_script(path) or not ("." in name or not name or _NO_SCRIPT.match(name))


def _is_named_script(path: str) -> bool:
    name = _name(path)
    return name.endswith((".sh", ".bash")) or "entrypoint" in name
