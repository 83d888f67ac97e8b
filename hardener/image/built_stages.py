"""Which stages of a file become images that run, as its callers say: the last one, or those that they name (S25)."""

from __future__ import annotations

from collections.abc import Sequence

from hardener.fast.patterns import regex
from hardener.image.stage import StageModel
from hardener.project.builds import Service
from hardener.text import is_number

#: stages that are built to work in, to try, or to take files from
_WORK = regex(
    r"(?i)(?:\A|[._-])(?:dev|devel|develop|development|debug|watch|local|tests?|testing|ci|lint|check|checks|e2e|docs?|"
    r"build|builder|build-env|compile|deps|dependencies|vendor|base|artifacts?|export|binary|binaries|dist|cache|"
    r"coverage|format|generate|validate|cross)(?:[._-]|\d*\Z)"
)


def run_stages(stages: Sequence[StageModel], services: Sequence[Service]) -> tuple[StageModel, ...]:
    """Return the stages whose images run: those that the repository builds; the last one where nothing else is known.

    A stage to develop in, to try or to take files from does not take the place of the last one.

    Args:
        stages: of the file, at least one.
        services: what builds and runs the file; a build without a target builds the last stage.
    """
    last = stages[-1]
    named = {stage.name: stage for stage in stages if stage.name is not None}
    found: list[StageModel] = []
    for service in services:
        target = service.target.lower()
        stage = stages[int(target)] if is_number(target) and int(target) < len(stages) else named.get(target, last)
        if stage is last or (_is_image(stage, service) and not _WORK.search(stage.name or "")):
            found.append(stage)
    return tuple(stage for stage in stages if stage in found) or (last,)


def _is_image(stage: StageModel, service: Service) -> bool:
    """Tell whether the image of a stage is run: it says what starts, or compose builds it for a service."""
    declares = stage.cmd.stage is not None or stage.entrypoint.stage is not None
    return declares or service.source == "compose"
