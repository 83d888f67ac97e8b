"""The image of a service of a compose file: what is known of the one that it names, or of the Dockerfile it builds."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.errors import DockerfileSyntaxError
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model
from hardener.image.stage import StageModel
from hardener.knowledge.confinement import PROFILE, Confinement, confinement
from hardener.knowledge.facts import UNKNOWN, Unknown
from hardener.knowledge.images import BaseImage, base_image
from hardener.project.compose.model import Build, ComposeService
from hardener.project.context import Files
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.image_reference import ImageReference


@dataclass(frozen=True, slots=True, eq=False)
class ServiceImage:
    """What is known of the image that a service runs.

    Attributes:
        shown: what it is called in messages.
        base: what is known of the image, or of the one that its Dockerfile is built on; None for an unknown one.
        model, stage: of the Dockerfile that it is built from; None for one that is pulled, or cannot be read.
        entrypoint, cmd: what the container runs, the service's own words first; None where that cannot be known.
        profile: what somebody measured that it needs; None where nobody did, or it does not start by itself.
    """

    shown: str
    base: BaseImage | None
    model: Model | None = None
    stage: StageModel | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    profile: Confinement | None = None

    @property
    def command(self) -> tuple[str, ...] | None:
        """The whole command line, None where a part of it cannot be known."""
        return None if self.entrypoint is None or self.cmd is None else (*self.entrypoint, *self.cmd)

    @property
    def is_root(self) -> bool:
        """Whether the image is known to start as root."""
        if self.stage is not None and self.stage.end.user is not None:
            return self.stage.end.is_root
        return self.base is not None and self.base.runs_as_root is True

    @property
    def texts(self) -> tuple[str, ...]:
        """The instructions of the Dockerfile, comments left out."""
        return tuple(i.text for i in self.model.tree.instructions) if self.model is not None else ()


def image_of(service: ComposeService, files: Files) -> ServiceImage:
    """Return what is known of the image of a service; `files` are asked for the Dockerfile that it builds."""
    build = service.build
    if build is None:
        return _pulled(service)
    shown = f"the image of {service.name}"
    text = build.inline or _dockerfile(build, files)
    model = _model(text) if text else None
    stage = model.find(build.target) if model is not None and build.target else model.stages[-1] if model else None
    if model is None or stage is None:
        return ServiceImage(shown, None)
    base = stage.image
    if build.has_arguments and stage.root.reference is not None and "$" in stage.root.node.from_.text:
        base = None  # the argument may name another image
    image = ServiceImage(shown, base, model, stage, stage.entrypoint.argv or (), stage.cmd.argv or ())
    return replace(_started(service, image), profile=_profile(service, build, text or "", files))


def _profile(service: ComposeService, build: Build, dockerfile: str, files: Files) -> Confinement | None:
    """Return what was measured of the image that is built, if the service starts it as it is."""
    changed = any(service.get(key) is not None for key in ("command", "entrypoint", "user"))
    if changed or build.inline or build.has_arguments:
        return None
    place = join(build.context, build.dockerfile or "Dockerfile").rpartition("/")[0]
    folders = dict.fromkeys(normpath(folder) for folder in (place or ".", build.context, "."))
    return confinement((files.beside(normpath(join(folder, PROFILE))) for folder in folders), dockerfile, build.target)


def image_pulled(text: str, base: BaseImage | None) -> ServiceImage:
    """Return what an image runs by itself, from what is known of it."""
    entry, cmd = _known(base.entrypoint if base else UNKNOWN), _known(base.cmd if base else UNKNOWN)
    return ServiceImage(text, base, entrypoint=entry, cmd=cmd)


def _pulled(service: ComposeService) -> ServiceImage:
    reference = ImageReference.parse(service.image)
    return _started(service, image_pulled(service.image, base_image(reference) if reference is not None else None))


def _known(words: tuple[str, ...] | Unknown | None) -> tuple[str, ...] | None:
    """Return the words of an image's command, () where it has none; None where that cannot be known."""
    return None if isinstance(words, Unknown) else words or ()


def _started(service: ComposeService, image: ServiceImage) -> ServiceImage:
    """Return the image with what the service runs in it: an entry point of its own clears the image's CMD (K15)."""
    entrypoint, cmd = image.entrypoint, image.cmd
    if service.get("entrypoint") is not None:
        entrypoint, cmd = service.runs.entrypoint, ()
    if service.get("command") is not None:
        cmd = service.runs.command
    return ServiceImage(image.shown, image.base, image.model, image.stage, entrypoint, cmd)


def _dockerfile(build: Build, files: Files) -> str | None:
    """Return the text of the Dockerfile that a build reads; None for a remote context, a variable, or no such file."""
    if not build.context or "$" in build.context + build.dockerfile or "://" in build.context:
        return None
    return files.beside(normpath(join(build.context, build.dockerfile or "Dockerfile")))


def _model(text: str) -> Model | None:
    try:
        model = Model(parse(text))
    except DockerfileSyntaxError:
        return None
    return None if model.has_custom_frontend or not model.stages else model
