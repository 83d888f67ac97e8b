"""The data folders of a program: named by the file, its sources, their settings, or compose files (U13, U14)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.data_folders import (
    argument_folders,
    every_made_folder,
    is_own_folder,
    is_temporary,
    judged,
    made_temporary,
)
from hardener.image.files import copied
from hardener.image.model import Model, StageModel
from hardener.image.process import all_programs, services_of
from hardener.image.words import expand
from hardener.knowledge.writing import writes_current_folder
from hardener.project.context import Files
from hardener.rules.add_user.beside_sources import paths_above
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.manifest_names import brings_manifests
from hardener.rules.add_user.named_paths import (
    folder_of,
    opened_names,
    paths_above_current,
    paths_in_settings,
    paths_in_source,
)
from hardener.syntax.dockerfile.views import pairs

#: variables that name programs, libraries and what is only read
_NO_DATA = regex(
    r"(?i)\A(?:PATH|PYTHONPATH|NODE_PATH|GOPATH|CLASSPATH|MANPATH|PERL5LIB|HOME|VIRTUAL_ENV|.*_VENV"
    r"|(?:JRE|JDK|M[23]|MAVEN|MVN|GRADLE|ANT|GO|CARGO|RUSTUP|NVM|PNPM|YARN|BUN|DENO|POETRY|PIPX?|PDM|UV|CONDA|MAMBA|ANDROID"
    r"|CATALINA|TOMCAT|JETTY|SPARK|HADOOP|KAFKA|FLINK|HIVE|SCALA|KOTLIN|SBT|NODE|PYTHON|RUBY|GEM|BUNDLE|PERL|ERLANG|ELIXIR|MIX"
    r"|HEX|DOTNET|CUDA|ORACLE|JBOSS|WILDFLY|COMPOSER|COREPACK|SDKMAN|NPM|FLUTTER|SWIFT|OPENCV|CHROME)_HOME)\Z"
    r"|BIN\b|EXECUTABLE|VERSION|CERT|(?:\A|_)CA_|_KEY|LIB|CONF(?!IG_?HOME|IGDIR)|JAVA|TEMPLATE|STATIC_URL|_URL_PREFIX|ROUTE"
)
#: where libraries are installed, and what system packages bring
_INSTALLED = regex(
    r"/(?:\.?v?env|venvs?|node_modules|site-packages|vendor|\w*conda\w*|bin|lib|sbin)(?:/|\Z)|\A/usr/(?!src/|app)"
)
#: what Compose puts in where a variable is not set
_DEFAULT = regex(r"\$\{\w+:?-([^{}]*)\}")
_CODE = regex(r"\.(?:py|[cm]?js|ts|rb|ru|php|jar|war|dll|sh|ex|pl)\Z")
#: files of a server that an argument names because it writes them
_WRITTEN = regex(r"/(?:var/)?(?:run|log|spool)/(?!secrets/|docker|mysqld/|postgresql/)[^*?]*[^/]\Z")


def named_places(
    model: Model, stage: StageModel, texts: ContextTexts, cwd: str | None, programs: Iterable[tuple[str, ...]]
) -> tuple[list[str], Refusal | None]:
    """Return the folders to make and give away, and the first path that nothing can be given away for.

    Args:
        model: of the file.
        stage: the final one.
        texts: of the build context.
        cwd: the program's own folder, which is given away anyway; None where it has none.
        programs: command lines that the image runs.
    """
    found: list[str] = []
    for path in every_made_folder(model, stage):
        if isinstance(judged(path), str) and not re.match(r"/usr/(?!src/|app)", path):
            found.append(path)
    found += made_temporary(model, stage)
    refusal: Refusal | None = None
    for word in (word.partition("=")[2] or word for argv in programs for word in argv[1:]):
        folder = folder_of(word, cwd) if word.startswith("/") and not _CODE.search(word) else None
        if isinstance(folder, Refusal) and _WRITTEN.match(word):
            refusal = refusal or folder
        found += [folder] if isinstance(folder, str) and not _INSTALLED.search(folder) else []
    for path in dict.fromkeys(
        (
            *_of_variables(model, stage),
            *_of_context(texts),
            *_above_current(stage, texts),
            *paths_above(model, stage, texts),
            *_of_compose(model, stage, texts.files),
        )
    ):
        folder = folder_of(path, cwd)
        if isinstance(folder, Refusal):
            refusal = refusal or folder
        elif folder is not None:
            found.append(folder)
    return list(dict.fromkeys(found)), refusal


def named_by_arguments(
    model: Model, stage: StageModel, files: Files, programs: Iterable[tuple[str, ...]]
) -> Iterator[str]:
    """Yield the folders that options name for logs and the like, of programs of the image and of compose files."""
    cwd = stage.end.workdir
    composed = [argv for argv in all_programs(model, stage, files) if argv not in programs]
    for argv in (*programs, *composed):
        beats = any(word.rpartition("/")[2] == "celery" for word in argv) and "beat" in argv
        yield from argument_folders(tuple("--schedule" if beats and w == "-s" else w for w in argv), cwd)
    if cwd is not None and any(writes_current_folder(" ".join(argv)) for argv in composed):
        yield cwd


def named_and_made(model: Model, stage: StageModel) -> tuple[str, ...]:
    """Return the folders that a RUN makes and that ENV names: they are there to be written to, by whatever library."""
    made = frozenset(every_made_folder(model, stage))
    return tuple(path for path in dict.fromkeys(_of_variables(model, stage)) if path in made)


def program_folders(model: Model, stage: StageModel, files: Files) -> Iterator[str]:
    """Yield the folders where a COPY puts files of the program, beside what is installed or only read there."""
    for link in stage.chain:
        for found in filter(None, (copied(model, node, files.tree) for node in link.node.body)):
            folder = found.target if found.into else posixpath.dirname(found.target)
            if brings_manifests(found) or _INSTALLED.search(folder):
                continue
            if is_own_folder(folder) and not is_temporary(folder):
                yield folder


def _of_variables(model: Model, stage: StageModel) -> Iterator[str]:
    for link in stage.chain:
        for node in link.node.body:
            for name, raw in pairs(node, model.escape) if node.name == "ENV" else ():
                value = expand(raw or "", link.states[node].values, model.escape)
                yield from _home(name, value or "")
                if value and not _NO_DATA.search(name):
                    yield from paths_in_settings(f"{name}={value}")


def _of_compose(model: Model, stage: StageModel, files: Files) -> Iterator[str]:
    for service in services_of(model, stage, files):
        for entry in service.environment:
            yield from _home(*entry.partition("=")[::2])
            if not _NO_DATA.search(entry.partition("=")[0]):
                yield from paths_in_settings(_DEFAULT.sub(r"\1", entry))


def _home(name: str, value: str) -> Iterator[str]:
    """Yield the folder that a variable makes the home, where programs keep what they keep for their user."""
    if name == "HOME" and re.match(r"/[\w./-]*\Z", value) and posixpath.dirname(value.rstrip("/")) != "/home":
        yield value.rstrip("/") + "/"


def _of_context(texts: ContextTexts) -> Iterator[str]:
    opened = opened_names(texts.sources)
    for text in texts.sources:
        yield from paths_in_source(text, opened)
    for text in texts.settings:
        yield from paths_in_settings(text)
    for text in texts.settings_in_code:
        yield from paths_in_source(text)


def _above_current(stage: StageModel, texts: ContextTexts) -> Iterator[str]:
    """Yield what the sources write above the current folder."""
    cwd = stage.end.workdir
    for path in (path for text in texts.sources for path in paths_above_current(text)) if cwd is not None else ():
        where = posixpath.normpath(posixpath.join(cwd or "/", path))
        yield where if "." in posixpath.basename(where) else where + "/"


__all__ = ["named_and_made", "named_by_arguments", "named_places", "program_folders"]
