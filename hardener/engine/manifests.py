"""The run over a file of Kubernetes manifests."""

from __future__ import annotations

from hardener.engine.discovery import names_yaml
from hardener.engine.result import Options, Result
from hardener.engine.yaml_run import YamlRun
from hardener.errors import YamlSyntaxError
from hardener.project.context import Lookup
from hardener.project.manifests.model import Manifests, read_manifests
from hardener.project.manifests.naming import names_chart, says_manifest, says_version, template_line
from hardener.rules import manifest_rules
from hardener.text import decode

_TEMPLATE = "a template: harden changes nothing; render it, and look at what harden says to that [K30]"
_CHART = "a Helm chart: harden leaves its templates alone; render it, and look at what harden says to that [K30]"


def is_manifest(source: str | bytes, filename: str) -> bool:
    """Tell whether a file is one of manifests, by its name and by what it says."""
    if not names_yaml(filename):
        return False
    text = decode(source) if isinstance(source, bytes) else source
    return says_manifest(text) or (names_chart(filename) and says_version(text))


def harden_manifests(source: str | bytes, filename: str, options: Options) -> Result:
    """Rewrite one file of manifests; a template, and what cannot be read, is left as it is.

    Others read such files more loosely (kubectl takes keys that stand twice), so it is no error of the run.
    """
    text = decode(source) if isinstance(source, bytes) else source
    line, note = (1, _CHART) if names_chart(filename) else (template_line(text), _TEMPLATE)
    if line:
        return Result(filename, text, text, warnings=((line, note),))
    try:
        return _run(text, filename, options).result()
    except YamlSyntaxError as error:
        return Result(filename, text, text, warnings=((error.line, f"{error.message}: harden changes nothing"),))


def manifest_questions(source: str | bytes, filename: str, options: Options) -> frozenset[Lookup]:
    """Return what the rules will ask of registries about a file as it is.

    Raises:
        YamlSyntaxError: it is no YAML, or says what cannot be followed.
    """
    text = decode(source) if isinstance(source, bytes) else source
    if names_chart(filename) or template_line(text):
        return frozenset()
    return _run(text, filename, options).questions()


def _run(text: str, filename: str, options: Options) -> YamlRun[Manifests]:
    return YamlRun(text, filename, read_manifests(text, filename), manifest_rules(), read_manifests, options)
