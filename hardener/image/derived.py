"""Other Dockerfiles of the repository that build on the image of this one (P47, U22)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.context import Files

_NAME = regex(r"(?:^|/)(?:[^/]+\.)?(?:Dockerfile|Containerfile)(?:[.-][^/]*)?\Z")
_FROM = regex(r"(?im)^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)")


def built_on(model: Model, stage: StageModel, files: Files) -> str:
    """Return the Dockerfile in the build context whose FROM names the image of a stage, "" where none is known to.

    What the image is called is said by what builds it: compose files, CI workflows, Makefiles.
    """
    names = {name for service in services_of(model, stage, files) if service.is_build for name in service.images}
    if not names or files.tree is None:
        return ""
    from hardener.project.callers.image_names import is_same_image

    for path in files.tree.paths:
        if _NAME.search(path):
            bases = _FROM.findall(files.text(path) or "")
            if any("$" not in base and is_same_image(base, name) for base in bases for name in names):
                return path
    return ""
