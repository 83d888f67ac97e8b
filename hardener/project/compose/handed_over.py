"""What Compose writes into a container itself: secrets and configurations whose text is not a file of the host.

Docker Compose copies them into the created container, which fails where its root is read-only; a file it mounts.
"""

from __future__ import annotations

from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.syntax.yaml import Mapping, Scalar, Sequence

#: of a secret or a configuration: where its text comes from, if from no file
_TEXTS = ("environment", "content")


def written_by_compose(service: ComposeService, model: ComposeFile) -> str:
    """Return which secret or configuration of a service may not be mounted from a file, "" for none.

    One that another file describes may be of either kind.
    """
    top = model.values[service.document]
    for key, what in (("secrets", "secret"), ("configs", "configuration")):
        known = top.get(key) if isinstance(top, dict) else None
        for name in used(service, key):
            said = known.get(name) if isinstance(known, dict) else None
            if not isinstance(said, dict) or any(text in said for text in _TEXTS):
                return f"the {what} `{name}`"
    return ""


def used(service: ComposeService, key: str) -> tuple[str, ...]:
    """Return the names of `secrets` or `configs` of a service."""
    node = service.get(key)
    items = node.resolved() if isinstance(node, Sequence) else ()
    found = [item.get("source") if isinstance(item, Mapping) else item for item in items]
    return tuple(item.text for item in found if isinstance(item, Scalar))
