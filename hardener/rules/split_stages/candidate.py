"""Which stage could be split at all, as far as the file alone shows: nothing else is loaded for one that cannot."""

from __future__ import annotations

from hardener.image.model import Model, StageModel
from hardener.rules.split_stages.languages import may_claim
from hardener.syntax.dockerfile.nodes import Run


def candidate(model: Model) -> StageModel | None:
    """Return the final stage if it stands alone, builds, starts something and names a tool of a language."""
    stage = model.stages[-1] if model.stages else None
    if (
        stage is None
        or model.finals != (stage,)
        or stage.parent is not None
        or stage.reference is None
        or stage.image is None
    ):
        return None
    if not stage.image.is_listed:
        return None  # what it has and does besides is not known
    if not stage.is_posix or not any(isinstance(node, Run) for node in stage.node.body):
        return None
    serves = stage.image.family.startswith("php-")
    if not serves and not any(node.name in ("CMD", "ENTRYPOINT") for node in stage.node.body):
        return None  # S28: what is worked in, or built on
    if any(other.is_copied_from for other in model.stages):
        return None  # split already
    return stage if may_claim(stage.node) else None
