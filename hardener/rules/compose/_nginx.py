"""nginx in a read-only container: what its configuration, mounted or copied, makes it write (K01)."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.image.nginx_paths import writes_outside
from hardener.image.of_service import ServiceImage
from hardener.image.service_process import arguments_of
from hardener.knowledge.services import Server
from hardener.project.compose.model import ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Add, Copy, Run
from hardener.syntax.dockerfile.views import copy_words

_ALLOW = "mount the finished file"
_TEMPLATES = Refusal("K01", "the entry point writes /etc/nginx/conf.d from templates", _ALLOW)
_LOCALHOST = Refusal(
    "K01", "its entry point then cannot add IPv6, and the check asks localhost, which may be IPv6", "ask 127.0.0.1"
)
_CONFIGURATION = "/etc/nginx"


def refusal_of_nginx(service: ComposeService, image: ServiceImage) -> Refusal | None:
    """Return why nginx cannot start with a read-only configuration; None where it can."""
    mounts = read_mounts(service.get("volumes"), for_reading=True)
    if any("/etc/nginx/templates" in text for text in (*image.texts, *(mount.target for mount in mounts))):
        return _TEMPLATES
    return _LOCALHOST if "localhost" in " ".join(service.runs.check) else None


def settings_of_nginx(service: ComposeService, image: ServiceImage, server: Server, files: Files) -> str:
    """Return what of the configuration of nginx is not known to write only where it may."""
    if arguments_of(image):
        return f"cannot tell what `{' '.join(arguments_of(image))}` makes it write"
    mounts = read_mounts(service.get("volumes"), for_reading=True)
    sources = [mount.source if mount.is_bind else "" for mount in mounts if _sets_up(mount.target)]
    sources += _copied(service, image)
    folders = (*(server.tmpfs or ()), *(mount.target.rstrip("/") for mount in read_mounts(service.get("volumes"))))
    for source in sources:
        text = files.beside(normpath(source)) if source.endswith(".conf") and source[:1] not in "/~$" else None
        if text is None:
            return "cannot tell where its configuration writes"
        path = writes_outside(text, folders)
        if path:
            return f"its configuration may write to {path}"
    return ""


def _copied(service: ComposeService, image: ServiceImage) -> list[str]:
    """Return the files, from the folder of the compose file, that a Dockerfile puts into the configuration of nginx.

    "" stands for what cannot be followed.
    """
    found, build = list[str](), service.build
    for stage in image.stage.chain if image.stage is not None else ():
        for instruction in stage.node.body:
            if isinstance(instruction, Run) and "nginx" in instruction.text:
                found.append("")
            if isinstance(instruction, Copy | Add):
                words, state = copy_words(instruction, stage.escape), stage.states.get(instruction)
                folder = state.workdir if state is not None else None
                if _sets_up(join(folder or _CONFIGURATION, words.target)):
                    own = build is not None and bool(build.context) and words.from_ is None and not words.heredocs
                    found += [join(build.context, source) for source in words.sources] if build and own else [""]
    return found


def _sets_up(target: str) -> bool:
    """Tell whether what lies at a path belongs to the configuration of nginx, or holds it."""
    return target.startswith(_CONFIGURATION) or target.rstrip("/") in ("/etc", "")
