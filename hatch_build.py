"""Builds the parser's tables from grammar/dockerfile.lark, so that a wheel always has those of its grammar."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_GENERATE = Path("hardener") / "syntax" / "dockerfile" / "generate.py"


class TablesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before each build, an editable one too: what the repository holds is what the grammar makes."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables if they are not those of the grammar."""
        module = runpy.run_path(str(Path(self.root) / _GENERATE))
        text = module["module_text"]()
        tables: Path = module["TABLES"]
        if tables.read_text(encoding="utf-8") != text:
            tables.write_text(text, encoding="utf-8")
