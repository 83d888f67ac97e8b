"""What is known of an image that another Dockerfile of the repository builds: what that file leaves at its end."""

from __future__ import annotations

import re

from hardener.errors import DockerfileSyntaxError
from hardener.fast.records import replace
from hardener.image.model import Model, StageModel
from hardener.image.of_service import ServiceImage
from hardener.image.users import created_users
from hardener.image.written_places import owns_nothing, writable_there
from hardener.knowledge.configuration import Configuration
from hardener.knowledge.configured import configured
from hardener.knowledge.images import BaseImage, User
from hardener.syntax.dockerfile.checks import check
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.image_reference import ImageReference
from hardener.text import whole

_ACCOUNTS = re.compile(r"useradd|adduser|groupadd|addgroup|usermod|groupmod|/etc/(passwd|group)\b|\bnewusers\b")
_PORT = re.compile(r"(\d+)(?:/(?:tcp|udp))?")


def image_built(text: str, target: str, reference: ImageReference) -> BaseImage | None:
    """Return the facts about an image; None where the file or what it is built on is unknown.

    Args:
        text: of the Dockerfile that builds it.
        target: the stage, "" for the last.
        reference: what it is called.
    """
    try:
        tree = parse(text)
        check(tree)
    except DockerfileSyntaxError:
        return None
    model = Model(tree)
    stage = model.find(target) if target else next(iter(model.stages[-1:]), None)
    if stage is None or stage.root.image is None or model.has_custom_frontend or not stage.is_posix:
        return None
    found = _configuration(model, stage, stage.root.image)
    return None if found is None else _image(model, stage, reference, found)


def _configuration(model: Model, stage: StageModel, base: BaseImage) -> Configuration | None:
    """Return the configuration that a stage ends with; None where a part of it cannot be known."""
    end, entry, cmd = stage.end, stage.entrypoint.argv, stage.cmd.argv
    body = [node for link in stage.chain for node in link.node.body]
    texts = {
        name: [model.logical(node).text for node in body if node.name == name] for name in ("EXPOSE", "STOPSIGNAL")
    }
    ports = [_PORT.fullmatch(word) for text in texts["EXPOSE"] for word in text.split()]
    unknown = None in (end.user, end.workdir, end.shell, entry, cmd) or None in ports
    if unknown or any(node.name in ("VOLUME", "HEALTHCHECK") for node in body):
        return None
    if not (isinstance(base.expose, tuple) and isinstance(base.volumes, tuple)):
        return None
    known = {whole(match[1]) for match in ports if match}
    signal = texts["STOPSIGNAL"][0] if texts["STOPSIGNAL"] else base.stopsignal
    return Configuration(
        os="linux", user=end.user or "", workdir=end.workdir or "", entrypoint=entry or (), cmd=cmd or (),
        shell=end.shell or (), volumes=base.volumes, ports=tuple(sorted(known | set(base.expose))),
        stopsignal=signal if isinstance(signal, str) else "", healthcheck=bool(base.healthcheck),
        onbuild=any(node.name == "ONBUILD" for node in stage.node.body),
    )  # fmt: skip


def _image(model: Model, stage: StageModel, reference: ImageReference, found: Configuration) -> BaseImage | None:
    base = stage.root.image
    assert base is not None
    runs = [model.logical(node).text for link in stage.chain for node in link.node.body if node.name == "RUN"]
    made = any(map(_ACCOUNTS.search, runs))
    new = [User(u.name or "", u.uid, u.gid, u.home) for u in created_users(model, stage) if u.uid >= 0 and u.gid >= 0]
    image = configured(reference, base, found)
    user = ServiceImage(reference.repository, base, model, stage)
    return replace(
        image, family=reference.repository, is_listed=False, users=(*new, *base.users), app_user=None,
        writes_nowhere=owns_nothing(user) and not writable_there(user),
        knows_users=base.knows_users and base.app_user is None and not made, healthcheck=found.healthcheck,
        bash=base.bash or None, has_curl=base.has_curl or None, has_wget=base.has_wget or None,
        has_ca_certificates=base.has_ca_certificates or None, source="another Dockerfile of the repository",
    )  # fmt: skip
