"""What kustomizations and patches around a file change in it: that is not seen in the file itself (K28)."""

from __future__ import annotations

import re

from hardener.errors import Refusal, YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.syntax.yaml import Mapping, Scalar, Sequence, parse

_ALLOW = "write it into that file"
_SETTING = "securityContext"
#: of a JSON patch (RFC 6902)
_OPERATION = regex(r"(?m)^[ -]*['\"]?op['\"]?:[ ]*['\"]?(?:add|replace|copy|move)\b")


def patched(container: Container, files: Files) -> Refusal | None:
    """Return which file around a manifest says what its containers may do; None where none is known to."""
    others = files.manifests
    if isinstance(others, Refusal):
        return others
    for path, text in others:
        if _SETTING in text and (_is_kustomization(path) or _OPERATION.search(text) or _is_patch(text, container)):
            return Refusal("K28", f"{path} also sets `{_SETTING}` for it", _ALLOW)
    return None


def _is_patch(text: str, container: Container) -> bool:
    """Tell whether a file names the workload of a container."""
    name = rf"(?m)^[ -]*name:[ ]*['\"]?{re.escape(container.owner)}['\"]?[ ]*(?:#.*)?\r?$"
    return bool(re.search(rf"kind:[ ]*['\"]?{container.kind}\b", text) and re.search(name, text))


def images_set(image: str, files: Files) -> Refusal | None:
    """Return which kustomization says what an image is; None where none is known to."""
    name = re.sub(r"[:@][^/]*$", "", image)
    others = files.manifests
    if isinstance(others, Refusal):
        return others
    for path, text in others:
        if _is_kustomization(path) and "images:" in text and name in _names(text):
            return Refusal("K28", f"{path} sets this image", "pin it there (`digest:`)")
    return None


def _is_kustomization(path: str) -> bool:
    return path.rpartition("/")[2].lower().startswith("kustomization")


def _names(text: str) -> tuple[str, ...]:
    """Return the names below `images`; of a file that cannot be read all words."""
    try:
        root = parse(text)[0].root
        listed = root.get("images") if isinstance(root, Mapping) else None
    except (YamlSyntaxError, IndexError):
        return tuple(text.split())
    items = listed.resolved() if isinstance(listed, Sequence) else ()
    found = [item.get("name") for item in items if isinstance(item, Mapping)]
    return tuple(node.text for node in found if isinstance(node, Scalar))
