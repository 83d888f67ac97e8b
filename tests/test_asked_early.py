"""What registries are asked is known before a file is run: its run need not be repeated; long texts have edits soon."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from hardener.engine import batch
from hardener.engine.batch import run_all
from hardener.engine.job import Job, Outcome
from hardener.engine.result import Options
from hardener.knowledge.configuration import Configuration, System
from hardener.lookups.registries import Online
from hardener.registry import resolve
from hardener.registry.model import RegistrySettings, Resolved
from hardener.text import apply_edits, minimal_edits

_DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    "text",
    ["FROM example.org/team/app:2\nCOPY . .\nCMD node a.js\n",
     "FROM debian:12 AS a\nRUN true\nFROM example.org/team/app:2\nCOPY --from=a /x /x\nCMD node a.js\n"],
    ids=["image and its files", "several stages"],
)  # fmt: skip
def test_a_file_runs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    runs: list[Job] = []
    real = batch.run_job

    def run(job: Job) -> Outcome:
        runs.append(job)
        return real(job)

    monkeypatch.setattr(batch, "run_job", run)
    monkeypatch.setattr(
        resolve, "resolve_many",
        lambda places, **_: {one: Resolved(one, _DIGEST, "", 0.0) for one in places},
    )  # fmt: skip
    monkeypatch.setattr(resolve, "configurations", lambda places, **_: {one: {"history": []} for one in places})
    files = {"users": [], "groups": [], "release": {}, "programs": ["sh"]}
    monkeypatch.setattr(resolve, "files_of_images", lambda places, **_: dict.fromkeys(places, files))
    (tmp_path / "Dockerfile").write_text(text)
    online = Online(RegistrySettings(offline=True, cache_dir=tmp_path))
    (outcome,) = run_all([Job(tmp_path / "Dockerfile", Options())], 1, online)
    assert outcome.result is not None
    assert _DIGEST in outcome.result.code
    assert any(isinstance(answer, Configuration | System) for answer in online.answers.values())
    assert len(runs) == 1


def test_far_changes_in_a_long_text() -> None:
    lines = [f"RUN step {n}\n" if n % 3 else "\n" for n in range(20_000)]
    new = "".join(line if n % 7 else f"USER 1\n{line}" for n, line in enumerate(lines))
    old = "".join(lines)
    began = process_time()
    edits = minimal_edits(old, new)
    assert process_time() - began < 2
    assert len(edits) == 2_858
    assert apply_edits(old, edits) == new
