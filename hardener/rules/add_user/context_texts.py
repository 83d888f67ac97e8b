"""The sources and settings in the build context, read once for a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from hardener.fast.patterns import regex
from hardener.knowledge.writing import languages
from hardener.project.context import Files
from hardener.project.context_tree import ContextFile, ContextTree
from hardener.rules.add_user.source_writes import COMPILED_LIMIT, is_skipped

_MORE = (".java", ".kt", ".scala", ".cs", ".ex", ".exs", ".clj", ".pl", ".tsx", ".jsx")
#: settings that are read for paths, at most so many
_SETTINGS = regex(
    r"(?i)\.(?:json|ini|cfg|conf|toml|ya?ml|properties|env|cnf)\Z|(?:\A|/)\.env[\w.-]*\Z|\.config\.[cm]?[jt]s\Z"
    r"|(?:\A|/)(?:log4j|logback)[\w-]*\.xml\Z"
)
_NO_SETTINGS = regex(
    r"(?i)(?:\A|/)(?:package(?:-lock)?|tsconfig[\w.-]*|jsconfig|composer|\w*lock|manifest|openapi|swagger|pnpm-\w+|turbo"
    r"|lerna|nx|vercel|renovate|biome)\.(?:json|ya?ml)\Z|compose[\w.-]*\.ya?ml\Z|(?:\A|/)(?:nginx|Cargo|pyproject|poetry)"
    r"|(?:\A|/)(?:\.\w+|node_modules|vendor|tests?|docs?|k8s|helm|charts?|deploy\w*|fixtures|locales?|i18n|public|static)/"
)
_LIMIT = 60


class ContextTexts:
    """The texts of a build context, each read when it is first asked for, and then kept.

    Args:
        files: the build context.
    """

    def __init__(self, files: Files) -> None:
        self.files = files

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The texts of the sources, tests and what is installed left out."""
        return tuple(text for _, text in self.named_sources)

    @cached_property
    def named_sources(self) -> tuple[tuple[str, str], ...]:
        """The names and texts of the sources."""
        tree = self.files.tree
        return tuple(self._texts(tree.once(_source_names))) if tree is not None else ()

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The texts of the settings."""
        tree = self.files.tree
        return tuple(text for _, text in self._texts(tree.once(_setting_names))) if tree is not None else ()

    @cached_property
    def settings_in_code(self) -> tuple[str, ...]:
        """The texts of the settings that are code, such as ecosystem.config.js."""
        tree = self.files.tree
        names = tree.once(_setting_names) if tree is not None else ()
        return tuple(text for _, text in self._texts(name for name in names if name.endswith(("js", "ts"))))

    def _texts(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            known = self.files.file(name)
            if isinstance(known, ContextFile):
                yield name, known.head.decode("utf-8", "replace")


def _source_names(tree: ContextTree) -> tuple[str, ...]:
    endings = (*(ending for language in languages() for ending in language.suffixes), *_MORE)
    found = (name for name in tree.paths if name.endswith(endings) and not is_skipped(name))
    return tuple(islice(found, COMPILED_LIMIT))


def _setting_names(tree: ContextTree) -> tuple[str, ...]:
    return tuple(islice(filter(_is_setting, tree.paths), _LIMIT))


def _is_setting(name: str) -> bool:
    return (
        bool(_SETTINGS.search(name))
        and not _NO_SETTINGS.search(name)
        and (name.count("/") < 4 or "/src/main/resources/" in name)
    )
