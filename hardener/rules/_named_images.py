"""What the rules share that change an image that a YAML file names: the question, the change, what is said (K11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hardener.errors import Refusal
from hardener.fast.records import dataclass, replace
from hardener.image.pulled_images import question
from hardener.project.context import Files, Lookup
from hardener.rules._reference_rule import NOT_ASKED, pinned
from hardener.rules._yaml_rule import Proposal, YamlRule
from hardener.rules.base import Safety
from hardener.syntax.image_reference import ImageReference
from hardener.syntax.yaml.changes import Change

_VARIABLE = Refusal("B03", "the image comes from a variable", "pin it where the variable is set")
_ODD = Refusal("P31", "cannot read an image reference here", "write it as name:tag")
_NONE = Refusal("B13", "no version tag names the same image as `latest` today", "choose a version")


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names an image.

    Attributes:
        path, document: where it stands.
        text: of it.
        builder: what builds an image of this name, "" where nothing is known to.
        held: why it is to stay for another reason, None where it is not.
        doubt: what cannot be proved about a change.
        prefix: what stands there in front of the reference.
    """

    path: tuple[str, ...]
    document: int
    text: str
    builder: str = ""
    held: Refusal | None = None
    doubt: str = ""
    prefix: str = ""


class NamedImageRule(YamlRule):
    """Base of the rules that change images by what a registry says."""

    safety = Safety.HARDENING
    asks_registry = True
    keys = ("image",)
    #: of the look-up
    kind: ClassVar[str]
    #: what is wrong, with `{}` for the reference
    message: ClassVar[str]
    #: whether an image that cannot be read is told of
    tells_unread: ClassVar[bool] = False

    @classmethod
    def wanted(cls, reference: ImageReference) -> bool:
        """Tell whether an image is the rule's subject."""
        raise NotImplementedError

    @classmethod
    def changed(cls, reference: ImageReference, answer: str) -> ImageReference | Refusal | None:
        """Return what is to stand there, or why not; None where all is well."""
        raise NotImplementedError

    @classmethod
    def said(cls, message: str, new: ImageReference) -> str:
        """Return the message for a change."""
        return message

    @classmethod
    def lookup(cls, reference: ImageReference) -> Lookup:
        """Return the question to the registry."""
        return Lookup(cls.kind, question(reference))

    @classmethod
    def unread(cls, named: Named) -> Iterator[Proposal]:
        """Yield that a reference cannot be read."""
        if cls.tells_unread:
            refusal = _VARIABLE if "$" in named.text else _ODD
            yield Proposal(cls.message.format(named.text), named.path, named.document, refusal=refusal)

    @classmethod
    def of(cls, named: Named, reference: ImageReference, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed for an image that is the rule's subject."""
        message = cls.message.format(shown(reference))
        answer = _built(named.builder) if named.builder else named.held or files.answer(cls.lookup(reference))
        new = cls.changed(reference, answer) if isinstance(answer, str) else answer or NOT_ASKED
        if isinstance(new, Refusal):
            yield Proposal(message, named.path, named.document, refusal=new)
        elif new is not None:
            change = Change("put", named.path, f"{named.prefix}{new}", named.document)
            yield Proposal(cls.said(message, new), named.path, named.document, (change,), doubt=named.doubt)


class Pinning(NamedImageRule):
    """What pins an image by its digest."""

    kind = "digest"
    message = "`{}` may name another image tomorrow: it is not pinned by digest"
    tells_unread = True

    @classmethod
    def wanted(cls, reference: ImageReference) -> bool:
        """Tell whether there is no digest yet."""
        return reference.digest is None

    @classmethod
    def changed(cls, reference: ImageReference, answer: str) -> ImageReference | Refusal | None:
        """Return the reference with the digest, its tag kept."""
        return pinned(reference, answer)


class Versioning(NamedImageRule):
    """What replaces `latest`."""

    kind = "version"
    message = "`{}` means whatever `latest` is on the day of the pull"

    @classmethod
    def wanted(cls, reference: ImageReference) -> bool:
        """Tell whether the tag is `latest`, said or implied."""
        return reference.digest is None and reference.tag in (None, "latest")

    @classmethod
    def changed(cls, reference: ImageReference, answer: str) -> ImageReference | Refusal | None:
        """Return the reference with the version."""
        return replace(reference, tag=answer) if answer else _NONE


class Updating(NamedImageRule):
    """What moves a pin."""

    kind = "update"
    message = "the pin `{}`"
    opt_in = True

    @classmethod
    def wanted(cls, reference: ImageReference) -> bool:
        """Tell whether there are a tag and a digest."""
        return reference.tag is not None and reference.digest is not None

    @classmethod
    def said(cls, message: str, new: ImageReference) -> str:
        """Return where the pin moves to."""
        return f"{message} moves to `{shown(new)}`"

    @classmethod
    def lookup(cls, reference: ImageReference) -> Lookup:
        """Ask where the pin should be."""
        return Lookup(cls.kind, f"{question(reference)}@{reference.digest}")

    @classmethod
    def changed(cls, reference: ImageReference, answer: str) -> ImageReference | Refusal | None:
        """Return the reference with the tag and digest that it moves to."""
        tag, _, digest = answer.partition("@")
        return replace(reference, tag=tag, digest=digest) if answer else None


def _built(builder: str) -> Refusal:
    return Refusal("B09", f"{builder} builds this image itself", "pin what it is built on")


def shown(reference: ImageReference) -> str:
    """Return the reference with as much of its digest as a person compares."""
    return str(replace(reference, digest=reference.digest and reference.digest[:19]))
