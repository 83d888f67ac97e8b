"""The run over a compose file."""

from __future__ import annotations

from hardener.engine.result import Options, Result
from hardener.engine.yaml_run import YamlRun
from hardener.project.compose.model import ComposeFile, read_compose
from hardener.project.context import Lookup
from hardener.rules import compose_rules
from hardener.text import decode


def harden_compose(source: str | bytes, filename: str | None, options: Options) -> Result:
    """Rewrite one compose file.

    Raises:
        YamlSyntaxError: it is no YAML, or says what cannot be followed.
    """
    return _run(source, filename, options).result()


def compose_questions(source: str | bytes, filename: str | None, options: Options) -> frozenset[Lookup]:
    """Return what the rules will ask of registries about a file as it is.

    Raises:
        YamlSyntaxError: it is no YAML, or says what cannot be followed.
    """
    return _run(source, filename, options).questions()


def _run(source: str | bytes, filename: str | None, options: Options) -> YamlRun[ComposeFile]:
    text = decode(source) if isinstance(source, bytes) else source
    return YamlRun(text, filename, read_compose(text, filename), compose_rules(), read_compose, options)
