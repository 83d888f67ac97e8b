"""The languages that can be split, the more specific ones first; each is loaded where a file names its tools."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from hardener.syntax.dockerfile.nodes import Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.model import Ecosystem

_OF_C = ("cc", "c++", "g++", "clang", "make", "ninja", "meson", "configure", "auto", "bootstrap", "ctest")
#: module, its constant, and parts of the names of its tools: a stage that it claims calls one of them
_KNOWN = (
    ("node.static_site", "STATIC_BY_SCRIPT", ("serve", "sirv", "start")),
    ("node.static_site", "STATIC", ("serve", "sirv")),
    ("node.language", "NODE", ("npm", "npx", "yarn", "corepack", "bun")),
    ("python.language", "PYTHON", ("pip", "uv", "poetry", "venv", "virtualenv")),
    ("go", "GO", ("go ",)),
    ("rust", "RUST", ("cargo",)),
    ("java", "JAVA", ("mvn", "gradle", "javac", "jar ")),
    ("dotnet", "DOTNET", ("dotnet",)),
    ("php", "PHP", ("docker-php-ext", "pecl", "composer")),
    ("ruby", "RUBY", ("bundle", "gem ")),
    ("native", "NATIVE", _OF_C),
)


def may_claim(stage: Stage) -> bool:
    """Tell whether a stage names a tool of any language."""
    text = _text(stage)
    return any(_names(text, parts) for _, _, parts in _KNOWN)


def ecosystems(stage: Stage) -> Iterator[Ecosystem]:
    """Return the languages whose tools a stage names, those to be asked first in front."""
    text = _text(stage)
    for module, name, parts in _KNOWN:
        if _names(text, parts):
            yield getattr(import_module(f"hardener.rules.split_stages.languages.{module}"), name)


def _text(stage: Stage) -> str:
    return "".join(node.text for node in stage.body)


def _names(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)
