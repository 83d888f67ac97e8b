"""What the rules share that change the image of a service: which images count, the question, the change (K11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hardener.errors import Refusal, YamlSyntaxError
from hardener.fast.records import replace
from hardener.image.pulled_images import question
from hardener.project.compose.model import ComposeFile, ComposeService, read_compose
from hardener.project.context import Files, Lookup
from hardener.rules._reference_rule import NOT_ASKED
from hardener.rules.base import Safety
from hardener.rules.compose.base import ComposeRule, Proposal, put
from hardener.syntax.image_reference import ImageReference

_VARIABLE = Refusal("B03", "the image comes from a variable", "pin it where the variable is set")
_ODD = Refusal("P31", "cannot read an image reference here", "write it as name:tag")


class ImageRule(ComposeRule):
    """Base of the rules that change `image` of services that are pulled."""

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
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the change of each image that is pulled."""
        for service in model.services:
            if service.image and not _is_output(service, model, files):
                yield from cls._of(service, model, files)

    @classmethod
    def _of(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        path, reference = (*service.path, "image"), ImageReference.parse(service.image)
        if reference is None:
            if cls.tells_unread:
                refusal = _VARIABLE if "$" in service.image else _ODD
                yield Proposal(cls.message.format(service.image), path, service.document, refusal=refusal)
            return
        if not cls.wanted(reference):
            return
        message = cls.message.format(shown(reference))
        builder = _builder(reference, model, files)
        unread = _unread(model, files)
        answer = _built(builder) if builder else unread or files.answer(cls.lookup(reference))
        new = cls.changed(reference, answer) if isinstance(answer, str) else answer or NOT_ASKED
        if isinstance(new, Refusal):
            yield Proposal(message, path, service.document, refusal=new)
        elif new is not None:
            change = put(service, "image", value=str(new))
            said = cls.said(message, new)
            yield Proposal(said, path, service.document, (change,), doubt=_doubt(service, reference))


def _built(builder: str) -> Refusal:
    return Refusal("B09", f"{builder} builds this image itself", "pin what it is built on")


def shown(reference: ImageReference) -> str:
    """Return the reference with as much of its digest as a person compares."""
    return str(replace(reference, digest=reference.digest and reference.digest[:19]))


def _is_output(service: ComposeService, model: ComposeFile, files: Files) -> bool:
    """Tell whether `image` names what a build makes, here or in another compose file of the folder (K11)."""
    if service.build is not None or service.text("pull_policy") == "build":
        return True
    for name, text in files.siblings:
        if name == model.name:
            continue
        try:
            other = read_compose(text, name).service(service.name)
        except YamlSyntaxError:
            continue  # the rule holds back: `_unread`
        if other is not None and other.build is not None:
            return True
    return False


def _unread(model: ComposeFile, files: Files) -> Refusal | None:
    """Return which other compose file may build the service and cannot be read; None where all can."""
    for name, text in files.siblings:
        try:
            _ = read_compose(text, name) if name != model.name else None
        except YamlSyntaxError:
            return Refusal("K22", f"cannot read {name}, which may build this service", "mend that file")
    return None


def _builder(reference: ImageReference, model: ComposeFile, files: Files) -> str:
    """Return what builds an image of this name, "" where nothing is known to."""
    for service in model.services:
        built = ImageReference.parse(service.image) if service.build is not None and service.image else None
        if built is not None and question(built) == question(reference):
            return f"the service {service.name}"
    return files.builds.builder_of(reference)


def _doubt(service: ComposeService, reference: ImageReference) -> str:
    """Return what cannot be proved: data on this machine may be of another major version than `latest` is now."""
    if reference.tag in (None, "latest") and reference.digest is None and service.runs.volumes:
        return "data that is there may come from an older version than `latest` is now"
    return ""
