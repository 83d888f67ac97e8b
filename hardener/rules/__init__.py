"""All rules, found by walking this folder, in the order in which they run."""

from __future__ import annotations

from functools import lru_cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

from hardener.rules.base import Rule


@lru_cache(maxsize=1)
def all_rules() -> tuple[type[Rule], ...]:
    """Return the rules so that each comes after those that it names in `after`; ties go by code."""
    found: dict[str, type[Rule]] = {}
    for name in _modules(Path(__file__).parent):
        module = import_module(f"hardener.rules.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
                found[value.name] = value
    by_code = sorted(found, key=lambda name: found[name].code)
    sorter = TopologicalSorter({name: [a for a in found[name].after if a in found] for name in by_code})
    return tuple(found[name] for name in sorter.static_order())


def _modules(folder: Path) -> list[str]:
    """Return the modules that hold rules: files here, `rule.py` of a folder, all files of a folder that has none."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".py" and path.stem != "base" and not path.stem.startswith("_"):
            found.append(path.stem)
        elif (path / "rule.py").is_file():
            found.append(f"{path.name}.rule")
        elif (path / "__init__.py").is_file():
            found += [f"{path.name}.{file.stem}" for file in sorted(path.glob("*.py")) if not file.stem.startswith("_")]
    return found
