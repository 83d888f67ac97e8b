"""What registries say in the cases of the rules."""

from __future__ import annotations

import json
from pathlib import Path

from hardener import Refusal
from hardener.knowledge.configuration import Configuration, System
from hardener.project.context import NotThere
from hardener.rules.base import Lookup


def answers(folder: Path) -> dict[Lookup, object]:
    """Return what registries say in the cases of a rule: `answers.json` there.

    A text, [spec, reason, allow], with "not there" behind these where a registry says so, or the fields of a
    configuration or of what its files say.
    """
    path = folder / "answers.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {Lookup(*question.split(" ", 1)): answer_of(question, value) for question, value in said.items()}


def answer_of(question: str, value: object) -> object:
    """Return one of them; `question` begins with its kind."""
    if isinstance(value, list):
        return NotThere(*value[:3]) if value[3:] == ["not there"] else Refusal(*value)
    if isinstance(value, dict):
        kind = System if question.startswith("system ") else Configuration
        return kind(**{key: _tuples(field) for key, field in value.items()})
    return value


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
