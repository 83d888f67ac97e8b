"""Which stages of a file are images that run, as the builds of the repository say."""

from __future__ import annotations

import pytest

from hardener.image.model import Model
from hardener.project.builds import Builds, Service
from hardener.project.context import Lookup
from hardener.syntax.dockerfile.parser import parse

TEXT = """\
FROM node:22 AS base
FROM base AS test
CMD ["npm", "test"]
FROM base AS prod
CMD ["node", "a.js"]
FROM base AS files
FROM base AS worker
CMD ["node", "b.js"]
"""


@pytest.mark.parametrize(
    ("targets", "source", "finals"),
    [
        ((), "compose", ["worker"]),
        (("",), "compose", ["worker"]),
        (("prod",), "compose", ["prod"]),
        (("PROD",), "docker", ["prod"]),
        (("2",), "docker", ["prod"]),
        (("prod", ""), "compose", ["prod", "worker"]),
        (("prod", "test"), "compose", ["prod"]),
        (("test",), "compose", ["worker"]),
        (("$STAGE",), "compose", ["worker"]),
        (("²",), "compose", ["worker"]),
        (("9" * 5000,), "compose", ["worker"]),
        (("nowhere",), "compose", ["worker"]),
        (("files",), "docker", ["worker"]),
        (("files",), "compose", ["files"]),
    ],
)
def test_stages_that_run(targets: tuple[str, ...], source: str, finals: list[str]) -> None:
    builds = Builds(services=tuple(Service("x", target=target, source=source) for target in targets))
    model = Model(parse(TEXT), {Lookup("builds", ""): builds})
    assert [stage.name for stage in model.finals] == finals
