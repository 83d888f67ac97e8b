"""Sizes and times of one side: the image, a build from nothing, a rebuild after a change."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardener.lookups.build_context import BuildContext
from hardener.verify.container.build import Builder
from hardener.verify.container.engine import LABEL, Engine
from hardener.verify.container.layers import Content, Layer, content
from hardener.verify.container.touch import changed_copy, source_file


@dataclass(frozen=True, slots=True)
class Image:
    """What the engine says of an image.

    Attributes:
        size: bytes.
        config: the parts of the image configuration that people compare, without our label.
        content: what lies in it.
    """

    size: int
    config: dict[str, Any]
    content: Content


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of a build without any cache, and of one after a line more in a source file; None: not measured."""

    cold: float | None = None
    rebuild: float | None = None


_KEYS = ("User", "Entrypoint", "Cmd", "Env", "WorkingDir", "ExposedPorts", "Volumes", "StopSignal", "Healthcheck",
         "Shell", "Labels", "OnBuild")  # fmt: skip


def image_of(engine: Engine, image: str, known: dict[str, Layer]) -> Image:
    """Look at an image; `known` has the layers of those that were looked at before.

    Raises:
        EngineError: it is gone, or cannot be read.
    """
    found = engine.inspect(image, "image")
    raw = found.get("Config") or {}
    config = {key: raw[key] for key in _KEYS if raw.get(key)}
    if labels := {k: v for k, v in config.pop("Labels", {}).items() if k != LABEL}:
        config["Labels"] = labels
    return Image(int(found.get("Size", 0)), config, content(engine, image, known))


@dataclass(frozen=True, slots=True)
class Changed:
    """The context with a line more; `folder` is None where there is none, `note` says what was done or why not."""

    folder: Path | None
    note: str


@contextlib.contextmanager
def measuring(builder: Builder, text: str) -> Iterator[Changed]:
    """Yield a copy of the build context in which one source file has a line more; it is gone afterwards.

    Args:
        builder: whose plan names the context, and may name the file.
        text: the original Dockerfile.
    """
    plan = builder.plan
    context = BuildContext(plan.context, plan.dockerfile)
    file = plan.touch or source_file(context, text) if plan.times else None
    if file is None:
        yield Changed(None, "no rebuild was timed: no source file was found; name one with --touch" * plan.times)
        return
    with tempfile.TemporaryDirectory(prefix="harden-context-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "context"
        try:
            changed_copy(context, file, target)
        except (OSError, shutil.Error) as error:
            yield Changed(None, f"no rebuild was timed: {error}")
            return
        yield Changed(target, f"the rebuild has one line more in {file}")


def times_of(builder: Builder, text: str, name: str, changed: Path | None) -> Times:
    """Build a text for its times; it was built once before, so that its base images are there.

    Args:
        builder: of the images.
        text: the Dockerfile.
        name: for the logs.
        changed: the context with a line more; None where there is none.

    Raises:
        EngineError: the engine failed.
    """
    # the cold build comes first: it also fills the cache that the rebuild starts from
    cold = builder.timed(text, f"{name}-cold", builder.plan.context, cold=True)
    again = builder.timed(text, f"{name}-rebuild", changed, cold=False) if changed else None
    return Times(
        cold.seconds if cold.image else None,
        again.seconds if again is not None and again.image else None,
    )
