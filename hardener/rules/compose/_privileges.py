"""What a service gains by the mode of a file, setuid or capabilities, and so cannot do without (K03)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.of_service import ServiceImage
from hardener.project.compose.model import ComposeService
from hardener.rules._privileges import gained_by


def gained(service: ComposeService, image: ServiceImage) -> Refusal | None:
    """Return what of the image or the service works by setuid; None where nothing is known to."""
    user = service.text("user").partition(":")[0]
    is_root = user in ("0", "root") if user else image.is_root
    return gained_by(image, " ".join(service.runs.check), adds=service.get("cap_add") is not None, is_root=is_root)
