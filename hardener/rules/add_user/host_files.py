"""Files of the host that compose files mount and that only root may read, or that may need root (U07, U20)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.image.launched import shell_call
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.builds import Service
from hardener.project.context import Files

#: where private keys lie, which only root or the owner on the host may read
_KEYS = regex(r"/etc/(?:ssl|letsencrypt|pki)(?:/(?!certs/[^/]+\.(?:crt|pem)\Z)|\Z)|.+\.key\Z")


def by_mounts(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why what compose files mount from the host may need root, whatever the program of the image does."""
    for service in services_of(model, stage, files):
        if service.source != "compose" or service.user or not (service.context or service.dockerfile):
            continue
        targets = (*(mount.target for mount in service.volumes if mount.is_bind), *service.read_only)
        script = next((path for path in _started(service) if any(is_within(path, each) for each in targets)), None)
        if script is not None:
            why = f"{service.file} starts {script}, which it mounts from the host, and it may need root"
            return Refusal("U20", why, "copy the script into the image, or say `user:` there")
        keys = next((target for target in targets if _KEYS.match(target)), None)
        if keys is not None:
            why = f"{service.file} mounts {keys} from the host, where keys may be readable by root alone"
            return Refusal("U07", why, "let the user of the image read them, and add USER")
    return None


def _started(service: Service) -> Iterator[str]:
    """Yield the paths of what an `entrypoint:` starts, and of the script that a shell reads."""
    argv = service.entrypoint
    if not argv:
        return
    call = shell_call(argv)
    if call is None:
        yield argv[0]
    elif not call.is_text:
        yield argv[call.at]


__all__ = ["by_mounts"]
