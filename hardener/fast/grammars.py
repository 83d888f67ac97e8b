"""Parsers of tree-sitter, made once for each grammar and without what their packages load beside it."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Parser


@cache
def parser_of(package: str) -> Parser:
    """Return the parser for the grammar in a package, such as "tree_sitter_bash"."""
    from tree_sitter import Language, Parser

    return Parser(Language(_language(package)))


def _language(package: str) -> object:
    """Return the grammar without running its package's __init__, which costs 30 ms for what is not used here."""
    if package not in sys.modules:
        from importlib.machinery import PathFinder
        from importlib.util import module_from_spec

        found = PathFinder.find_spec(package)
        places = found.submodule_search_locations if found else None
        spec = PathFinder.find_spec(f"{package}._binding", places) if places else None
        if spec is not None and spec.loader is not None:
            binding = module_from_spec(spec)
            spec.loader.exec_module(binding)
            language: object = binding.language()
            return language
    whole: object = import_module(package).language()
    return whole
