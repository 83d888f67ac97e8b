"""From the command line of an image to the sources of the Go program that it starts, in the build context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import absolute, brought_before, in_path, written
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed
from hardener.project import go
from hardener.project.context import Files
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Run, ShellForm

_VALUED = frozenset(
    """
    -ldflags -gcflags -asmflags -tags -mod -p -buildmode -installsuffix -pkgdir -toolexec -overlay -modfile -pgo
    -compiler -gccgoflags
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: a string, a rune, or a comment
_COMMENT = regex(r"""("(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+')|//[^\n]*|/\*[\s\S]*?\*/""")
#: what the linker sets instead of the sources
_SET_AT_BUILD = regex(r"(?i)-X[ =]+\S*(?:addr|port|listen|bind|host)\w*=")
#: more sources than this are not read
_LIMIT = 150


@dataclass(frozen=True, slots=True)
class GoSources:
    """The sources of one program.

    Attributes:
        paths: of the files, in the build context.
        text: all of them, comments left out.
    """

    paths: tuple[str, ...]
    text: str


def go_sources(model: Model, stage: StageModel, files: Files, program: str) -> GoSources | None:
    """Return the sources of a program that a RUN of the file builds with Go; None where that is not all of them."""
    for path in in_path(program, stage.end.workdir):
        for where, place in _places(model, stage, path):
            found = _built(model, where, files, place)
            if found is not None:
                return _read(files, *found)
    return None


def _places(model: Model, stage: StageModel, path: str) -> Iterator[tuple[StageModel, str]]:
    """Yield where a file may have been built: in its own stage, or in one that a COPY takes it from."""
    yield stage, path
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = written(model, node)
            if found is not None and found.stage is not None and found.is_known:
                yield from ((found.stage, came) for came in found.origins(path))


def _built(model: Model, stage: StageModel, files: Files, path: str) -> tuple[go.GoModule, str] | None:
    """Return the module and the folder of the package that is built to a path."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            if not isinstance(node, Run) or not isinstance(node.arguments, ShellForm) or files.tree is None:
                continue
            body, state = parsed(model, node), link.states.get(node)
            if not isinstance(body, Body) or state is None or state.workdir is None:
                continue
            if any(command.name in ("cd", "pushd") for command in body.commands):
                continue
            root = brought_before(model, stage, node, files.tree).folder_of("go.mod", state.workdir)
            module = go.read_module(files, root) if root is not None else None
            for command in body.commands if module is not None else ():
                package = _package(command, module.path if module else "", state.workdir, path)
                if module is not None and package is not None:
                    return module, package
    return None


def _package(command: Command, module: str, workdir: str, path: str) -> str | None:
    """Return the folder of the package, below that of the module, which a command builds to a path."""
    # an option with a variable in its value is an option still
    words = [word.raw if word.value is None and word.raw.startswith("-") else word.value for word in command.words]
    if any(_SET_AT_BUILD.search(word.raw) for word in command.words):
        return None
    if len(words) < 2 or basename(words[0] or "") != "go" or words[1] != "build":
        return None
    output, packages = None, []
    rest = iter(words[2:])
    for word in rest:
        if word in ("-o", "--o"):
            output = next(rest, None)
        elif word is not None and word.startswith("-o="):
            output = word[3:]
        elif word in _VALUED:
            next(rest, None)
        elif word is None or not word.startswith("-"):
            packages.append(word)
    inside = workdir.rstrip("/") + "/"
    packages = [f"./{one[len(inside) :]}" if one is not None and one.startswith(inside) else one for one in packages]
    folder = _folder(packages)
    if folder is None:
        return None
    name = basename(folder) or basename(module)
    target = name if output is None else join(output, name) if output.endswith("/") or output == "." else output
    return folder if absolute(workdir, target) == path else None


def _folder(packages: list[str | None]) -> str | None:
    """Return the folder that the operands of `go build` name, "" for that of the module; None for anything else."""
    known = [package for package in packages if package is not None]
    if len(known) != len(packages):
        return None
    if known and all(package.endswith(".go") for package in known):
        folders = {dirname(normpath(package)) for package in known}
        return folders.pop() if len(folders) == 1 else None
    if len(known) > 1 or "..." in "".join(known):
        return None
    clean = normpath(known[0]) if known else "."
    if known and not known[0].startswith("."):
        return None  # a path of the module, or of another
    return "" if clean == "." else None if clean.startswith("..") else clean


def _read(files: Files, module: go.GoModule, package: str) -> GoSources | None:
    tree = files.tree
    if tree is None or module.local or any(tree.has(join(module.folder, name)) for name in ("go.work", "vendor")):
        return None
    every = [name for name in tree.below(module.folder) if name.endswith(".go") and not name.endswith("_test.go")]
    queue, seen, texts = [join(module.folder, package).rstrip("/")], set[str](), dict[str, str]()
    while queue:
        folder = queue.pop(0)
        if folder in seen:
            continue
        seen.add(folder)
        for path in (name for name in every if dirname(name) == folder):
            text = files.text(path)
            if text is None or len(texts) >= _LIMIT:
                return None
            texts[path] = _COMMENT.sub(lambda found: found[1] or "", text)
            inner = re.findall(rf'"{re.escape(module.path)}/([^"\s]+)"', texts[path])
            queue += [join(module.folder, name) for name in inner]
    return GoSources(tuple(texts), "\n".join(texts.values())) if texts else None
