"""All rules, found by walking this folder, in the order in which they run."""

from __future__ import annotations

from functools import lru_cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hardener.rules.base import AnyRule, Rule

if TYPE_CHECKING:
    from hardener.rules.compose.base import ComposeRule

R = TypeVar("R", bound=AnyRule)
#: folders with rules for files that are no Dockerfiles
_OTHERS = ("compose",)


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


def every_rule() -> tuple[type[AnyRule], ...]:
    """Return the rules for all kinds of files, for pages and names: a run takes those of one kind."""
    return (*all_rules(), *compose_rules())


def _found(kind: type[R], modules: list[str]) -> tuple[type[R], ...]:
    found: dict[str, type[R]] = {}
    for name in modules:
        module = import_module(f"hardener.rules.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module.__name__:
                found[value.name] = value
    by_code = sorted(found, key=lambda name: found[name].code)
    sorter = TopologicalSorter({name: [a for a in found[name].after if a in found] for name in by_code})
    return tuple(found[name] for name in sorter.static_order())


def _modules(folder: Path) -> list[str]:
    """Return the modules that hold rules: files here, `rule.py` of a folder, all files of a folder that has none."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name in _OTHERS:
            continue
        if path.suffix == ".py" and path.stem != "base" and not path.stem.startswith("_"):
            found.append(path.stem)
        elif (path / "rule.py").is_file():
            found.append(f"{path.name}.rule")
        elif (path / "__init__.py").is_file():
            found += [f"{path.name}.{file.stem}" for file in sorted(path.glob("*.py")) if not file.stem.startswith("_")]
    return found
