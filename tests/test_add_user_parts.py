"""Parts of add-user by themselves: what closes a folder to its owner, and who may write there."""

from __future__ import annotations

import pytest

from hardener.image.model import Model
from hardener.rules.add_user.closed_folders import closed_to_owner
from hardener.syntax.dockerfile.parser import parse


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ("RUN chmod 555 /data", True), ("RUN chmod 755 /data", False), ("RUN chmod -R 500 /data", True),
        ("RUN chmod u-w /data", True), ("RUN chmod g-w /data", False), ("RUN chmod 555 /other", False),
        ("RUN chmod 555 data", True), ("RUN chown 555 /data", False), ("RUN chmod 555", False),
        ("RUN echo chmod 555 /data", False),
        ("COPY --chmod=555 a /data/", True), ("COPY --chmod=755 a /data/", False),
        ("COPY --chmod=555 a /other/", False),
    ],
)  # fmt: skip
def test_what_closes_a_folder_to_its_owner(line: str, closed: bool) -> None:
    model = Model(parse(f"FROM debian:12\n{line}\nCMD x\n"))
    refusal = closed_to_owner(model, model.stages[-1], "/data")
    assert (refusal is not None) == closed
    if refusal is not None:
        assert refusal.spec == "U07"
