"""Which rules a run applies, and which of them may change anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from hardener.engine.result import LEVELS, Options
from hardener.image.model import Model, StageModel, image_lookup, system_lookup
from hardener.knowledge.images import is_rough
from hardener.project.builds import Builds
from hardener.project.context import Lookup
from hardener.rules import LISTED, Listed
from hardener.rules.base import REMOTE, AnyRule, Rule
from hardener.syntax.image_reference import ImageReference

#: what compose files build is not asked of registries
BUILDS = Lookup("builds", "")
#: kinds of look-ups that the options of a run answer: what they say stays true when a file of the build context changes
OF_OPTIONS = REMOTE | {"builds", "assume", "limits", "origin"}


class Selectable(Protocol):
    """What a choice among rules asks of each: a rule, or what is said of one without loading it."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def opt_in(self) -> bool:
        """Whether it has to be asked for."""


R = TypeVar("R", bound=Selectable)


def selected_rules(options: Options) -> tuple[Listed, ...]:
    """Return the rules that a run with `options` applies to a Dockerfile, in order."""
    return selected(LISTED, options)


def selected(rules: Iterable[R], options: Options) -> tuple[R, ...]:
    """Return those of some rules that a run with `options` applies."""

    def wanted(rule: R) -> bool:
        names = {rule.name, rule.code}
        if names & options.ignore:
            return False
        if options.select:
            return bool(names & (options.select | options.extend_select))
        return not rule.opt_in or bool(names & options.extend_select)

    return tuple(rule for rule in rules if wanted(rule))


def may_act(rule: type[AnyRule], options: Options) -> bool:
    """Tell whether the level of a run allows what a rule does."""
    return LEVELS.index(rule.safety) <= LEVELS.index(options.level)


def answer_of(options: Options, lookup: Lookup, unanswered: set[Lookup]) -> object | None:
    """Return what the options answer to a look-up of `OF_OPTIONS`; a registry that was not asked yet is noted."""
    if lookup.kind == "builds":
        return options.find_builds() if options.find_builds else None
    if lookup.kind == "origin":
        return options.find_origin() if options.find_origin else None
    if lookup.kind == "assume":
        return options.assume
    if lookup.kind == "limits":
        return options.limits
    if lookup not in options.answers:
        unanswered.add(lookup)
    return options.answers.get(lookup)


def base_questions(
    rule: type[Rule], model: Model, options: Options, pinning: Collection[Lookup] = ()
) -> tuple[Lookup, ...]:
    """Return what a rule wants to know of base images that the facts do not know, or whose tag they know roughly.

    `pinning` are questions for digests that will stand in the file when the rule runs.
    """
    roots = {stage.root.index: stage.root for stage in rule.bases(model)}.values()
    if not roots:
        return ()
    found = [_questions(rule, model, root, root.reference, pinning) for root in roots if root.reference is not None]
    if any(found) and BUILDS not in model.facts and options.find_builds is not None:
        return (BUILDS,)
    remote = REMOTE if not options.image_facts else frozenset()
    return tuple(dict.fromkeys(q for each in found for q in each if q.kind not in remote))


def _questions(
    rule: type[Rule], model: Model, root: StageModel, reference: ImageReference, pinning: Collection[Lookup]
) -> tuple[Lookup, ...]:
    if root.is_windows:
        return ()
    builds = model.facts.get(BUILDS)
    if isinstance(builds, Builds) and builds.builder_of(reference):
        return (Lookup("built", image_lookup(reference).key),) if root.image is None else ()
    asked = _of_registry(rule, model, root, reference, pinning)
    return (asked,) if asked is not None else ()


def _of_registry(
    rule: type[Rule], model: Model, root: StageModel, reference: ImageReference, pinning: Collection[Lookup]
) -> Lookup | None:
    asked, image = image_lookup(reference), root.image
    if asked not in model.facts or image is None:
        is_pinned = reference.digest is not None or Lookup("digest", asked.key) in pinning
        return asked if is_rough(image, release=rule.asks_release and is_pinned) else None
    # its files are many MB: they are asked for where nothing else stands against the rule
    wanted = (rule.asks_users and not image.knows_users) or (rule.asks_distro and image.distro is None)
    return system_lookup(reference) if wanted and not root.inherits_unread_entrypoint else None
