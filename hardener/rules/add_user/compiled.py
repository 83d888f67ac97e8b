"""In which language a program is written that another stage compiles out of the build context (U17)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from hardener.fast.patterns import regex
from hardener.image.files import Copied, absolute, in_path, is_within, written
from hardener.image.model import Model, StageModel
from hardener.knowledge.writing import Language, languages
from hardener.syntax.dockerfile.nodes import Copy, Run
from hardener.syntax.dockerfile.views import copy_words

#: what makes a program of the sources in the build context, by language; what else is fetched is no part of them
_BUILDS = {
    "go": regex(r"\bgo (build|install)\b"),
    "rust": regex(r"\bcargo (build|install|rustc)\b"),
    "c": regex(r"(?:^|[\s;&|(/])(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|make|cmake|ninja|meson)\s"),
    "jvm": regex(r"(?:^|[\s;&|(/\"])(?:mvnw?|gradlew?|sbt)\b"),
    "dotnet": regex(r"\bdotnet (?:publish|build|msbuild)\b"),
}
_FETCHES = regex(r"\bgit clone\b|\bcurl\b|\bwget\b|://")
#: sources that are fetched, or a program that is installed by its address: the context has others
_GO_FETCHES = regex(r"\bgit clone\b|\A(?![\s\S]*\bgo build\b)[\s\S]*\bgo install\b[^&|;\n]*\s\S+@")
#: where builds outside of the image leave what they make
_OUTPUT = regex(r"(?:\A|/)(?:target|build/libs|bin/Release/[\w./-]*publish|publish)/[^/]*\Z|(?:\A|/)publish/?\Z")
_VARIABLE = regex(r"\$\{?(\w+)\}?\Z")
_DEFAULT = regex(r"\s*(?:ARG\s+)?(\w+)=(\S+)\s*\Z")


def compiled_language(model: Model, stage: StageModel, argv: tuple[str, ...]) -> Language | None:
    """Return the language of a program whose sources in the build context were compiled, None where that is not shown.

    Args:
        model: of the file.
        stage: the final one.
        argv: the command line that runs the program: itself, or `java` and `dotnet` with what they load.
    """
    runner = _runner(argv[0])
    loaded = tuple(_loaded(argv, runner)) if runner else (argv[0],)
    name = _brought(model, stage, loaded, runner) or _made_here(model, stage, loaded, runner)
    return next((language for language in languages() if language.name == name), None)


def _brought(model: Model, stage: StageModel, loaded: tuple[str, ...], runner: str) -> str | None:
    """Return the language of a program that a COPY brings."""
    for program in loaded:
        for place in _places(program, stage.end.workdir, runner):
            for node in stage.node.body:
                found = written(model, node)
                if found is None or not is_within(place, found.target):
                    continue
                name = _of_copy(model, stage, found, runner)
                if name is not None and (not runner or name == runner):
                    return name
    return None


def _made_here(model: Model, stage: StageModel, loaded: tuple[str, ...], runner: str) -> str | None:
    """Return the language of a program that a RUN of its own stage makes of sources that a COPY brings there."""
    name = _built(model, stage, frozenset(), only_here=True)
    if name is None or (runner and name != runner):
        return None
    text = "\n".join(node.text for link in stage.chain for node in link.node.body if isinstance(node, Run))
    return name if any(_makes(name, program, text) for program in loaded) else None


def _makes(name: str, program: str, text: str) -> bool:
    """Tell whether the commands of a build make a program: they name it, or it lies where they leave what they make."""
    base = posixpath.basename(program)
    if name == "go":
        named = re.search(rf"\s-o[ =](?:\S*/)?{re.escape(base)}(?=\s|\Z)", text) is not None
        return named or ("go install" in text and (program == base or posixpath.dirname(program) == "/go/bin"))
    if name == "rust":
        return "/target/release/" in f"/{program}"
    return (
        name in ("jvm", "dotnet") and re.search(r"(?:\A|/)(?:target|build/libs|out|publish|bin)/", program) is not None
    )


def _runner(program: str) -> str:
    return {"java": "jvm", "dotnet": "dotnet"}.get(posixpath.basename(program), "")


def _loaded(argv: tuple[str, ...], runner: str) -> Iterator[str]:
    """Yield what a virtual machine is told to load."""
    if runner == "dotnet":
        yield from (word for word in argv[1:2] if word.lower().endswith(".dll"))
        return
    for option, value in pairwise(argv):
        if option == "-jar":
            yield value
            return
        if option in ("-cp", "-classpath", "--class-path"):
            yield from (part.removesuffix("/*") for part in value.split(":") if part)
            return
    if len(argv) > 1 and "JarLauncher" in argv[-1]:
        yield "."


def _places(program: str, workdir: str | None, runner: str) -> tuple[str, ...]:
    if not runner:
        return in_path(program, workdir)
    found = absolute(workdir, program)
    return (found,) if found is not None else ()


def _of_copy(model: Model, stage: StageModel, found: Copied, runner: str) -> str | None:
    """Return the language of what a COPY brings: out of a stage that builds, or built outside beside its sources."""
    if found.stage is not None:
        return _built(model, found.stage, frozenset())
    if not runner or found.from_stage is not None:
        return None
    sources = found.sources if found.is_known else _defaults(model, stage, found)
    return runner if sources and all(_OUTPUT.search(source) for source in sources) else None


def _defaults(model: Model, stage: StageModel, found: Copied) -> tuple[str, ...]:
    """Return what a COPY of `${JAR_FILE}` brings where nobody gives the build argument another value."""
    own = {
        match[1]: match[2].strip("\"'")
        for node in stage.node.body
        if node.name == "ARG" and (match := _DEFAULT.match(model.logical(node).text))
    }
    words = copy_words(found.node, model.escape).sources
    names = [match[1] for word in words if (match := _VARIABLE.match(word))]
    return tuple(own.get(name, "") for name in names) if len(names) == len(words) else ()


def _built(model: Model, source: StageModel, seen: frozenset[int], *, only_here: bool = False) -> str | None:
    """Return the language of the sources that a stage builds, or that the stage builds which it copies from."""
    nodes = [node for link in source.chain for node in link.node.body]
    text = "\n".join(node.text for node in nodes if isinstance(node, Run))
    image = source.root.image
    if image is not None and image.family.startswith("golang"):
        return "go" if _BUILDS["go"].search(text) and not _GO_FETCHES.search(text) else None
    if _FETCHES.search(text) or not any(isinstance(node, Copy) for node in nodes):
        return None
    name = next((name for name in ("rust", "jvm", "dotnet", "c") if _BUILDS[name].search(text)), None)
    if name is not None or only_here or source.index in seen:
        return name
    brought = (written(model, node) for node in nodes)
    origins = {found.stage.index: found.stage for found in brought if found is not None and found.stage is not None}
    names = {_built(model, stage, seen | {source.index}) for stage in origins.values()}
    return names.pop() if len(names) == 1 else None


__all__ = ["compiled_language"]
