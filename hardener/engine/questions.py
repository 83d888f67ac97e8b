"""What a run will ask of registries, seen before it begins: a run over many files asks each question once."""

from __future__ import annotations

from hardener.engine.discovery import names_definition, names_yaml
from hardener.engine.result import Options
from hardener.engine.selection import may_act, selected_rules
from hardener.errors import DockerfileSyntaxError
from hardener.image.model import Model
from hardener.rules.base import REMOTE, Lookup
from hardener.syntax.dockerfile.checks import check
from hardener.syntax.dockerfile.parser import parse
from hardener.text import decode


def questions(source: str | bytes, options: Options, filename: str | None = None) -> frozenset[Lookup]:
    """Return what the rules will ask of registries about a file as it is; nothing for text that is no Dockerfile."""
    if options.reads_compose(filename):
        from hardener.engine.compose import compose_questions

        return compose_questions(source, filename, options)
    if filename is not None and names_yaml(filename):
        from hardener.engine.manifests import is_manifest, manifest_questions

        if is_manifest(source, filename):
            return manifest_questions(source, filename, options)
    if filename is not None and names_definition(filename):
        from hardener.engine.definitions import definition_questions

        return definition_questions(source, filename, options)
    try:
        tree = parse(decode(source) if isinstance(source, bytes) else source)
    except DockerfileSyntaxError:
        return frozenset()
    model = Model(tree)
    if model.has_custom_frontend:
        return frozenset()
    try:
        check(tree)
    except DockerfileSyntaxError:
        return frozenset()
    asking = [one.rule for one in selected_rules(options) if one.asks_registry and one.may_find(tree)]
    acting = [rule for rule in asking if may_act(rule, options)]
    return frozenset(lookup for rule in acting for lookup in rule.lookups(model) if lookup.kind in REMOTE)
