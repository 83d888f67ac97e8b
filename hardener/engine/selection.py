"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from hardener.engine.result import LEVELS, Options
from hardener.image.model import Model, StageModel, image_lookup
from hardener.project.builds import Builds
from hardener.project.context import Lookup
from hardener.rules import all_rules
from hardener.rules.base import Rule


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
    asked = [root for root in roots if root.reference is not None and _may_be_asked(rule, model, root)]
    references = [root.reference for root in asked if root.reference is not None]
    return tuple(dict.fromkeys(map(image_lookup, references)))


def _may_be_asked(rule: type[Rule], model: Model, root: StageModel) -> bool:
    from hardener.knowledge.configured import is_rough

    builds = model.facts.get(Lookup("builds", ""))
    is_built = isinstance(builds, Builds) and root.reference is not None and bool(builds.builder_of(root.reference))
    return is_rough(root.image, release=rule.asks_release) and not is_built and not root.is_windows
