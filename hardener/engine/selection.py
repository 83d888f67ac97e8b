"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from hardener.engine.result import LEVELS, Options
from hardener.image.model import Model, StageModel, image_lookup, system_lookup
from hardener.project.builds import Builds
from hardener.project.context import Lookup
from hardener.rules import all_rules
from hardener.rules.base import Rule
from hardener.syntax.image_reference import ImageReference


def selected_rules(options: Options) -> tuple[type[Rule], ...]:
    """Return the rules that a run with `options` applies, in order."""

    def wanted(rule: type[Rule]) -> bool:
        names = {rule.name, rule.code}
        if names & options.ignore:
            return False
        if options.select:
            return bool(names & (options.select | options.extend_select))
        return not rule.opt_in or bool(names & options.extend_select)

    return tuple(rule for rule in all_rules() if wanted(rule))


def may_act(rule: type[Rule], options: Options) -> bool:
    """Tell whether the level of a run allows what a rule does."""
    return LEVELS.index(rule.safety) <= LEVELS.index(options.level)


def base_questions(rule: type[Rule], model: Model, options: Options) -> tuple[Lookup, ...]:
    """Return what a rule wants to know of base images that the facts do not know, or whose tag they know roughly."""
    if not options.image_facts:
        return ()
    roots = {stage.root.index: stage.root for stage in rule.bases(model)}.values()
    found = [_question(rule, model, root.reference, root) for root in roots if root.reference is not None]
    return tuple(dict.fromkeys(filter(None, found)))


def _question(rule: type[Rule], model: Model, reference: ImageReference, root: StageModel) -> Lookup | None:
    from hardener.knowledge.configuration import Configuration
    from hardener.knowledge.configured import is_rough

    builds = model.facts.get(Lookup("builds", ""))
    if root.is_windows or (isinstance(builds, Builds) and builds.builder_of(reference)):
        return None
    asked, image = image_lookup(reference), root.image
    if not isinstance(model.facts.get(asked), Configuration) or image is None:
        return asked if is_rough(image, release=rule.asks_release) else None
    # its files are many MB: they are asked for where nothing else stands against the rule
    wanted = (rule.asks_users and not image.knows_users) or (rule.asks_distro and image.distro is None)
    return system_lookup(reference) if wanted and not root.inherits_unread_entrypoint else None
