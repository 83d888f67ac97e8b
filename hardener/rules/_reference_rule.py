"""What the rules that pin share: the question to the registry, and the change at one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from hardener.errors import Refusal
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model
from hardener.image.pulled_images import Carrier, Pulled, pulled, pulled_at
from hardener.project.builds import Builds
from hardener.rules.base import Lookup, Rule
from hardener.syntax.dockerfile.nodes import Arg, Copy, From, Instruction, Run
from hardener.syntax.image_reference import ImageReference

I = TypeVar("I", bound=Instruction)  # noqa: E741

BUILDS = Lookup("builds", "")
#: without a registry that could be asked
NOT_ASKED = Refusal(
    "B01", "harden did not ask the registry", "run `harden` once without --offline: it remembers the answer"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule changes about references.

    Attributes:
        kind: of the look-up.
        wanted: whether an image is the rule's subject.
        new: turns a reference and the registry's answer into what is to stand there, or says why not; None: nothing
            to do.
        message: with `{}` for the reference.
    """

    kind: str
    wanted: Callable[[Pulled], bool]
    new: Callable[[ImageReference, str], ImageReference | Refusal | None]
    message: str
    #: whether the digest is part of the question
    with_digest: bool = False

    def lookup(self, found: Pulled) -> Lookup:
        """Return the question about one image."""
        digest = f"@{found.reference.digest}" if self.with_digest and found.reference else ""
        return Lookup(self.kind, found.question + digest)

    @staticmethod
    def short(reference: ImageReference) -> str:
        """Return the reference with as much of its digest as a person compares."""
        return str(replace(reference, digest=reference.digest and reference.digest[:19]))

    def said(self, reference: ImageReference, new: ImageReference) -> str:
        """Return the message for a change, with what a moved pin moves to."""
        moved = f" moves to `{self.short(new)}`" if self.with_digest else ""
        return self.message.format(self.short(reference)) + moved


def questions(model: Model, subject: Subject) -> Iterable[Lookup]:
    """Return one question for each image, however often it is named."""
    found = [p for p in pulled(model) if p.reference and isinstance(p.carrier, Carrier) and subject.wanted(p)]
    asked = [subject.lookup(place) for place in found if held(model, place) is None]
    return dict.fromkeys([BUILDS, *asked] if found else [])


def held(model: Model, found: Pulled) -> Refusal | None:
    """Return why an image is to stay as it is for what compose and bake files say of it (B07, B09)."""
    builds = model.facts.get(BUILDS)
    if not isinstance(builds, Builds) or found.reference is None:
        return None
    file = builds.context_of(found.reference)
    if file:
        reason = f"{file} replaces this name by a build context, and a pinned name would not match"
        return Refusal("B07", reason, "pin the image in that file")
    file = builds.builder_of(found.reference)
    if file:
        return Refusal("B09", f"{file} builds this image itself", f"pin what {file} builds it on")
    return builds.doubt


def answer(model: Model, lookup: Lookup) -> str | Refusal:
    """Return what the registry said, or why that is not known."""
    known = model.facts.get(lookup)
    return known if isinstance(known, str | Refusal) else NOT_ASKED


def change(rule: Rule, original: I, updated: I, subject: Subject) -> I:
    """Change the references that `original` holds, and report those that it pulls and cannot be changed."""
    done: set[tuple[int | None, int]] = set()
    for found in sorted(filter(subject.wanted, pulled_at(rule.model, original)), key=_from_the_end):
        name = subject.short(found.reference) if found.reference else found.place.text.split()[0]
        message = subject.message.format(name)
        carrier = held(rule.model, found) or found.carrier
        if isinstance(carrier, Refusal):
            if found.place is original:
                rule.report(original, updated, carrier, message)
            continue
        if carrier.node is not original or found.reference is None or (carrier.flag, carrier.start) in done:
            continue
        done.add((carrier.flag, carrier.start))
        known = answer(rule.model, subject.lookup(found))
        wish = subject.new(found.reference, known) if isinstance(known, str) else known
        if isinstance(wish, Refusal):
            rule.report(original, updated, wish, message)
        elif wish is not None:
            said = subject.said(found.reference, wish) + _overridden(rule.model, carrier)
            updated = rule.rewrite(original, updated, carrier.replaced(updated, wish), said)
    return updated


class ReferenceRule(Rule):
    """Base of the rules that change references, wherever one stands: FROM, an ARG that FROM reads, COPY, RUN."""

    asks_registry = True
    subject: ClassVar[Subject]

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask the question of the subject about each image."""
        return questions(model, cls.subject)

    def leave_From(self, original: From, updated: From) -> From:
        """Change the base image."""
        return change(self, original, updated, self.subject)

    def leave_Arg(self, original: Arg, updated: Arg) -> Arg:
        """Change the image in the default of an ARG."""
        return change(self, original, updated, self.subject)

    def leave_Copy(self, original: Copy, updated: Copy) -> Copy:
        """Change the image of `--from`."""
        return change(self, original, updated, self.subject)

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Change the images of mounts."""
        return change(self, original, updated, self.subject)


def _overridden(model: Model, carrier: Carrier) -> str:
    """Return what is to be said of an ARG that a compose or bake file gives another value."""
    builds = model.facts.get(BUILDS)
    file = builds.arguments.get(carrier.argument, "") if isinstance(builds, Builds) else ""
    return f"; {file} sets {carrier.argument} itself: pin it there too" if file else ""


def _from_the_end(found: Pulled) -> int:
    """Order the places so that no change moves one that is still to be made in the same instruction."""
    carrier = found.carrier
    return -carrier.start if isinstance(carrier, Carrier) else 0


def pinned(reference: ImageReference, digest: str) -> ImageReference:
    """Return the reference with its tag (`latest` where it has none, B02) and the digest."""
    return replace(reference, tag=reference.tag or "latest", digest=digest)
