"""What a run will ask of registries, seen before it begins: a run over many files asks each question once."""

from __future__ import annotations

from hardener.engine.discovery import names_definition, names_yaml
from hardener.engine.result import Options
from hardener.engine.selection import BUILDS, base_questions, may_act, selected_rules
from hardener.errors import DockerfileSyntaxError
from hardener.image.model import Model
from hardener.project.context import Answers
from hardener.rules.base import REMOTE, Lookup, Rule
from hardener.syntax.dockerfile.checks import check
from hardener.syntax.dockerfile.nodes import Dockerfile
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
    acting = [one for one in selected_rules(options) if one.may_find(tree) and may_act(one.rule, options)]
    asked = {lookup for one in acting if one.asks_registry for lookup in one.rule.lookups(model)}
    asked |= _of_bases(tree, [one.rule for one in acting], options, asked)
    return frozenset(lookup for lookup in asked if lookup.kind in REMOTE)


def _of_bases(tree: Dockerfile, rules: list[type[Rule]], options: Options, pinning: set[Lookup]) -> set[Lookup]:
    """Return what rules want to know of base images, as the run will ask it: once it is known who builds the file."""

    def asked_of(model: Model) -> set[Lookup]:
        return {lookup for rule in rules for lookup in base_questions(rule, model, options, pinning)}

    facts = {lookup: answer for lookup, answer in options.answers.items() if lookup.kind in ("image", "system")}
    model = Model(tree, Answers(facts))
    asked = set() if len(model.stages) > 1 else asked_of(model)
    if BUILDS not in asked and len(model.stages) < 2:
        return asked
    builds = options.find_builds() if options.find_builds else None
    return asked_of(Model(tree, Answers(facts, {} if builds is None else {BUILDS: builds})))
