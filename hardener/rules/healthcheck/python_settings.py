"""What the settings of gunicorn and uWSGI say of where they listen, as options of their commands (H04).

Sources: gunicorn's documentation (settings: `config`, `bind`), uWSGI's (options: `http`, `http-socket`, `socket`).
"""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.healthcheck.probe import source_of

_BIND = regex(r"""(?m)^bind[ \t]*=[ \t]*["']([\w.\[\]:*]*:\d{2,5})["'][ \t]*(?:#.*)?$""")
_CONFIG = regex(r"(?:(?<=\s)|^)(?:-c|--config)[ =](?:file:)?(\S+)")
_BOUND = regex(r"(?:(?<=\s)|^)(?:-b|--bind)(?:[ =]|(?=\S))")
#: best first: browsers and checks speak HTTP, servers in front uwsgi
_LISTENS = ("http-socket", "http11-socket", "http", "socket", "uwsgi-socket", "http-to")


def with_settings(model: Model, stage: StageModel, files: Files, name: str, rest: list[str]) -> list[str]:
    """Return the arguments of a server, and where its settings bind it as `--bind` where they do.

    Args:
        model: of the file. stage: the final one. files: the build context.
        name: of the server. rest: its arguments.
    """
    words = " ".join(rest)
    if name == "gunicorn" and not _BOUND.search(words) and "GUNICORN_CMD_ARGS" not in stage.end.values:
        given = _CONFIG.search(words)
        text = _text(model, stage, files, given[1] if given else "gunicorn.conf.py")
        found = _BIND.findall(text)
        return [*rest, "--bind", found[0]] if len(found) == 1 == len(re.findall(r"\bbind\b", text)) else rest
    if name == "uwsgi":
        address = _option(words) or _in_file(model, stage, files, rest)
        return ["--bind", address if "/" not in address else f"unix:{address}"] if address else []
    return rest


def _option(words: str) -> str:
    for name in _LISTENS:
        found = re.findall(rf"(?:(?<=\s)|^)--{name}[ =](\S+)", words)
        if found:
            return str(found[0]) if len(found) == 1 else ""
    return ""


def _in_file(model: Model, stage: StageModel, files: Files, rest: list[str]) -> str:
    place = next((word.removeprefix("--ini=") for word in rest if word.endswith(".ini")), "")
    text = _text(model, stage, files, place) if place else ""
    for name in _LISTENS:
        found = re.findall(rf"(?m)^[ \t]*{name}[ \t]*=[ \t]*(\S+)[ \t]*$", text)
        if found:
            return str(found[0]) if len(found) == 1 else ""
    return ""


def _text(model: Model, stage: StageModel, files: Files, place: str) -> str:
    path = source_of(model, stage, files, place)
    return (files.text(path) or "") if path is not None else ""


__all__ = ["with_settings"]
