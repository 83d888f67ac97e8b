"""What runs a command in the environment of a Python project: `poetry run`, `uv run` and the like."""

from __future__ import annotations

_RUNNERS = frozenset({"pdm", "pipenv", "poetry", "uv"})


def without_runner(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that is run in the environment; the command line itself where nothing stands before it."""
    return argv[2:] if len(argv) > 2 and argv[0] in _RUNNERS and argv[1] == "run" else argv


__all__ = ["without_runner"]
