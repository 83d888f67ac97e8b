"""All rules, found by walking this folder, in the order in which they run.

A run loads only the rules that can find something in its file: `LISTED` says so of each without loading it. It is made
from the rules by `python -m hardener.rules`; a test holds it in step.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hardener.fast.records import dataclass
from hardener.rules._index import OTHERS, ROWS
from hardener.rules.base import AnyRule, Rule, acts_on, kinds

if TYPE_CHECKING:
    from hardener.rules.compose.base import ComposeRule
    from hardener.rules.definitions.base import DefinitionRule
    from hardener.rules.kubernetes.base import ManifestRule
    from hardener.syntax.dockerfile.nodes import Dockerfile


class _Loaded:
    """Keeps the rule, once somebody asked for it."""

    __slots__ = ("_rule",)
    _rule: type[Rule]


@dataclass(frozen=True, slots=True)
class Listed(_Loaded):
    """What is said of a rule without loading it.

    Attributes:
        code, name, opt_in, asks_registry: as the rule has them.
        module, kind: where it lies in this folder, and its class.
        acts_on: classes of nodes; in a file without any of them the rule finds nothing.
        words: texts; in a file without any of them the rule finds nothing, unless there are none.
    """

    code: str
    name: str
    opt_in: bool
    asks_registry: bool
    module: str
    kind: str
    acts_on: frozenset[str]
    words: tuple[str, ...]

    def may_find(self, tree: Dockerfile) -> bool:
        """Tell whether the rule may find anything in a file."""
        if not kinds(tree) & self.acts_on:
            return False
        code = tree.code
        for word in self.words:
            if word in code:
                return True
        return not self.words

    @property
    def rule(self) -> type[Rule]:
        """The rule, loaded."""
        try:
            return self._rule
        except AttributeError:
            found: type[Rule] = getattr(import_module(f"hardener.rules.{self.module}"), self.kind)
            object.__setattr__(self, "_rule", found)
            return found


#: the rules in the order in which they run
LISTED = tuple(
    Listed(code, name, opt_in, asks, module, kind, frozenset(acting.split()), tuple(filter(None, words.split("|"))))
    for code, name, opt_in, asks, module, kind, acting, words in ROWS
)
R = TypeVar("R", bound=AnyRule)
#: folders with rules for files that are no Dockerfiles
_OTHERS = ("compose", "definitions", "kubernetes")


def known_names() -> dict[str, str]:
    """Return the name of every rule, for whatever kind of file, by its name and by its code."""
    said = [(rule.code, rule.name) for rule in LISTED] + list(OTHERS)
    return {key: name for code, name in said for key in (code, name)}


@lru_cache(maxsize=1)
def all_rules() -> tuple[type[Rule], ...]:
    """Return the rules for Dockerfiles so that each comes after those that it names in `after`; ties go by code."""
    return _found(Rule, _modules(Path(__file__).parent))


@lru_cache(maxsize=1)
def compose_rules() -> tuple[type[ComposeRule], ...]:
    """Return the rules for compose files, in the same order."""
    from hardener.rules.compose.base import ComposeRule

    folder = Path(__file__).parent / "compose"
    return _found(ComposeRule, [f"compose.{name}" for name in _modules(folder)])


@lru_cache(maxsize=1)
def manifest_rules() -> tuple[type[ManifestRule], ...]:
    """Return the rules for Kubernetes manifests, in the same order."""
    from hardener.rules.kubernetes.base import ManifestRule

    folder = Path(__file__).parent / "kubernetes"
    return _found(ManifestRule, [f"kubernetes.{name}" for name in _modules(folder)])


@lru_cache(maxsize=1)
def definition_rules() -> tuple[type[DefinitionRule], ...]:
    """Return the rules for bake files and dev containers, in the same order."""
    from hardener.rules.definitions.base import DefinitionRule

    folder = Path(__file__).parent / "definitions"
    return _found(DefinitionRule, [f"definitions.{name}" for name in _modules(folder)])


def every_rule() -> tuple[type[AnyRule], ...]:
    """Return the rules for all kinds of files, for pages and names: a run takes those of one kind."""
    return (*all_rules(), *compose_rules(), *manifest_rules(), *definition_rules())


def _found(kind: type[R], modules: list[str]) -> tuple[type[R], ...]:
    from graphlib import TopologicalSorter

    found: dict[str, type[R]] = {}
    for name in modules:
        module = import_module(f"hardener.rules.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module.__name__:
                found[value.name] = value
    by_code = sorted(found, key=lambda name: found[name].code)
    sorter = TopologicalSorter({name: [a for a in found[name].after if a in found] for name in by_code})
    return tuple(found[name] for name in sorter.static_order())


def listed(rule: type[Rule]) -> Listed:
    """Return what is said of a rule without loading it."""
    module = rule.__module__.removeprefix("hardener.rules.")
    said = rule.code, rule.name, rule.opt_in, rule.asks_registry
    return Listed(*said, module, rule.__name__, acts_on(rule), _stems(rule.words()))


def _stems(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without those that hold another one."""
    return tuple(word for word in sorted(set(words)) if not any(other in word for other in words if other != word))


def _modules(folder: Path) -> list[str]:
    """Return the modules that hold rules: files here, `rule.py` of a folder and below it, all files of one without."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name in _OTHERS:
            continue
        if path.suffix == ".py" and path.stem != "base" and not path.stem.startswith("_"):
            found.append(path.stem)
        elif (path / "rule.py").is_file():
            found.append(f"{path.name}.rule")
            found += [f"{path.name}.{rule.parent.name}.rule" for rule in sorted(path.glob("*/rule.py"))]
        elif (path / "__init__.py").is_file():
            found += [f"{path.name}.{file.stem}" for file in sorted(path.glob("*.py")) if not file.stem.startswith("_")]
    return found
