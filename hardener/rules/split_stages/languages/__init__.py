"""The languages that can be split, the more specific ones first; each is loaded where a file names its tools."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from hardener.packages.managers import gate
from hardener.syntax.dockerfile.nodes import Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.model import Ecosystem

_OF_C = ("cc", "c++", "g++", "clang", "make", "ninja", "meson", "configure", "auto", "bootstrap", "ctest")
#: module, its constant, the language of its package managers, and parts of the names of its other tools: a stage that
#: it claims calls one of them
_KNOWN = (
    ("node.static_site", "STATIC_BY_SCRIPT", "", ("serve", "sirv", "start")),
    ("node.static_site", "STATIC", "", ("serve", "sirv")),
    ("node.language", "NODE", "node", ("npx", "corepack")),
    ("python.language", "PYTHON", "python", ("venv", "virtualenv")),
    ("go", "GO", "go", ()),
    ("rust", "RUST", "rust", ()),
    ("java", "JAVA", "java", ("javac", "jar ")),
    ("dotnet", "DOTNET", "dotnet", ()),
    ("php", "PHP", "php", ("docker-php-ext", "pecl")),
    ("ruby", "RUBY", "ruby", ()),
    ("native", "NATIVE", "", _OF_C),
)


def known_words() -> tuple[str, ...]:
    """Return the parts of which a stage that a language may claim has one."""
    tools = [part for _, _, _, parts in _KNOWN for part in parts]
    return (*tools, *(name for _, _, language, _ in _KNOWN if language for name in gate(language).names))


def may_claim(stage: Stage) -> bool:
    """Tell whether a stage names a tool of any language."""
    text = _text(stage)
    return any(_names(text, language, parts) for _, _, language, parts in _KNOWN)


def installs_with(text: str) -> bool:
    """Tell whether a text names a package manager of a language."""
    return any(_names(text, language, ()) for _, _, language, _ in _KNOWN)


def ecosystems(stage: Stage) -> Iterator[Ecosystem]:
    """Return the languages whose tools a stage names, those to be asked first in front."""
    text = _text(stage)
    for module, name, language, parts in _KNOWN:
        if _names(text, language, parts):
            yield getattr(import_module(f"hardener.rules.split_stages.languages.{module}"), name)


def _text(stage: Stage) -> str:
    return "\n".join(node.text for node in stage.body)


def _names(text: str, language: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts) or (bool(language) and gate(language).search(text))
