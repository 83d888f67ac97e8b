"""The run over a bake file, or over that of a dev container."""

from __future__ import annotations

from hardener.engine.result import Options, Result
from hardener.engine.yaml_run import YamlRun
from hardener.errors import YamlSyntaxError
from hardener.project.context import Lookup
from hardener.project.definitions import Definitions, read_definitions
from hardener.rules import definition_rules
from hardener.text import decode

_UNREAD = "cannot read this JSON: harden changes nothing"


def harden_definitions(source: str | bytes, filename: str, options: Options) -> Result:
    """Rewrite one file; what cannot be read is left as it is, for other programs may read it more loosely."""
    text = decode(source) if isinstance(source, bytes) else source
    try:
        return _run(text, filename, options).result()
    except YamlSyntaxError as error:
        return Result(filename, text, text, warnings=((error.line, _UNREAD),))


def definition_questions(source: str | bytes, filename: str, options: Options) -> frozenset[Lookup]:
    """Return what the rules will ask of registries about a file as it is."""
    text = decode(source) if isinstance(source, bytes) else source
    try:
        return _run(text, filename, options).questions()
    except YamlSyntaxError:
        return frozenset()


def _run(text: str, filename: str, options: Options) -> YamlRun[Definitions]:
    return YamlRun(text, filename, read_definitions(text, filename), definition_rules(), read_definitions, options)
