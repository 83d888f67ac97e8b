"""Whether the sources of a program in the build context write files (U15)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge.writing import Language
from hardener.project.context import ContextFile, Files

#: more sources than this are not read
LIMIT = 250
_SKIPPED = regex(
    r"(\A|/)(test|tests|__tests__|spec|specs|docs?|examples?|scripts?|migrations|node_modules|vendor|dist|build|target"
    r"|e2e|cypress|\.git\w*|\.husky|\.venv|coverage|benchmarks?|fixtures)/"
    r"|\.(test|spec|stories|config|d)\.[cm]?[jt]sx?\Z|_test\.(go|py|rb)\Z|(\A|/)(test_[^/]*|conftest|setup|noxfile|fabfile|tasks)\.py\Z"
    r"|(\A|/)(gulpfile|gruntfile|webpack\.[^/]*|\.eslintrc\.c?js)",
    re.IGNORECASE,
)
#: what is sent to browsers; in PHP it is the program
_SERVED = regex(r"(\A|/)(public|static|assets)/", re.IGNORECASE)
#: a call that makes a file or a folder below one that everybody may write in, by a path that begins so
_TEMPORARY = regex(
    r"""(?:\b(?:open|fopen|openSync|writeFile\w*|appendFile\w*|createWriteStream|outputFile\w*|ensure(?:Dir|File)\w*"""
    r"""|mkdir\w*|makedirs|file_put_contents|touch|(?:os|ioutil)\.(?:Create|OpenFile|WriteFile|Mkdir|MkdirAll)"""
    r"""|(?:File|IO)\.(?:open|new|write)|FileUtils\.mkdir_p|(?:File|fs)::(?:create|write|create_dir(?:_all)?))"""
    r"""|\bofstream\s+\w+)\s*[({]\s*f?["'`](/(?:tmp|var/tmp|dev/shm)/(?!\.\.)[\w.-]+)"""
)
_TEMPORARY_CALL = regex(r"(?:\b\w+\.)?" + _TEMPORARY.pattern)
#: a module that only another one requires: the sources show what the program does
_INDIRECT = regex(r"(?m)^.*//[ \t]*indirect\b.*$")
_PATH = regex(r"""["'`](/[A-Za-z0-9_][\w./+-]*)["'`]""")


@dataclass(frozen=True, slots=True)
class Sources:
    """What sources show.

    Attributes:
        read: how many files were read; 0 where the context holds none.
        writes: where the first sign of writing stands, as "file: text"; None where there is none.
        paths: absolute paths that stand beside such signs.
        temporary: what is made in folders such as /tmp, up to the first name below them.
        unreadable: a file that others than its owner cannot read (U07).
        unproved: the first thing that is not known to keep from writing, as "file: text"; None where all is known.
    """

    read: int
    writes: str | None
    paths: tuple[str, ...]
    temporary: tuple[str, ...]
    unreadable: str | None
    unproved: str | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the sources are shown not to write."""
        return bool(self.read) and self.writes is None and self.unproved is None


def examine(language: Language, folder: str, files: Files) -> Sources | None:
    """Return what the sources below `folder` of the context show, None where they are not known or too many."""
    tree = files.tree
    if tree is None:
        return None
    names = [n for n in tree.below(folder) if n.endswith(language.suffixes) and not _SKIPPED.search(n)]
    if language.name not in ("php", "c", "rust"):
        names = [n for n in names if not _SERVED.search(n)]
    manifests = [n for n in tree.below(folder) if n.rpartition("/")[2] in language.manifests and n.count("/") < 4]
    manifests = [n for n in manifests if not _SKIPPED.search(n)]
    if len(names) > LIMIT:
        return None
    sign, unreadable, read, doubt = None, None, 0, None
    module, own = _module(files), frozenset(names)
    paths: list[str] = []
    temporary: list[str] = []
    for name in (*manifests, *names):
        known = files.file(name)
        if not isinstance(known, ContextFile):
            continue
        from hardener.rules.add_user.shown import unproved, unproved_manifest

        if not known.mode & 0o004:
            unreadable = unreadable or name
        if name in manifests:
            package = _package(language, known.head.decode("utf-8", "replace"))
            sign = sign or (f"{name}: {package}" if package else None)
            unknown = unproved_manifest(language.name, name, known.head.decode("utf-8", "replace"))
            doubt = doubt or (f"{name}: {unknown}" if unknown else None)
            continue
        read += 1
        if known.size > len(known.head):
            sign = sign or f"{name}: too long to be read"
        text = known.head.decode("utf-8", "replace")
        unknown = unproved(language.name, name, _TEMPORARY_CALL.sub("known(", text), own, module)
        doubt = doubt or (f"{name}: {unknown}" if unknown else None)
        for match in language.calls.finditer(text):
            line, free = _line(match), _temporary(match)
            if free is not None or line.startswith("#include"):
                temporary += [free[1]] if free is not None else []
                continue
            sign = sign or f"{name}: {match[0].strip()}"
            paths += _PATH.findall(line)
    return Sources(read, sign, tuple(dict.fromkeys(paths)), tuple(dict.fromkeys(temporary)), unreadable, doubt)


def is_skipped(name: str) -> bool:
    """Tell whether a file of the context is no source of the program: a test, an example, what is made of others."""
    return _SKIPPED.search(name) is not None


def _module(files: Files) -> str:
    """Return the name of the Go module of the context, "" where there is none."""
    known = files.file("go.mod")
    match = re.search(rb"(?m)^module[ \t]+(\S+)", known.head) if known is not None else None
    return match[1].decode("utf-8", "replace") if match is not None else ""


def _temporary(match: re.Match[str]) -> re.Match[str] | None:
    """Return what shows that a call makes something in a folder such as /tmp; flags stand behind the path in C."""
    if match[0].startswith("O_"):
        start = match.string.rfind("open", 0, match.start())
        between = match.string[start : match.start()]
        return _TEMPORARY.match(match.string, start) if start >= 0 and not re.search(r"[;{}]|\(.*\(", between) else None
    return _TEMPORARY.match(match.string, match.start()) if match[0].count("(") < 2 else None


def _line(match: re.Match[str]) -> str:
    text = match.string
    end = text.find("\n", match.end())
    return text[text.rfind("\n", 0, match.start()) + 1 : len(text) if end < 0 else end]


def _package(language: Language, text: str) -> str | None:
    """Return a library that a manifest names and that writes."""
    own = _INDIRECT.sub("", text) if language.name == "go" else text
    words = set(re.findall(r"[@\w][\w./@-]*", own.lower()))
    return next((name for name in sorted(language.packages) if name.lower() in words), None)
