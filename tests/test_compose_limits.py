"""Limits of services: without a configuration none is invented; with one the numbers are those of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import ConfigError, Options, harden
from hardener.engine.config import Config
from hardener.engine.config_files import layered, load
from hardener.project.compose.limits import Limits

TEXT = "services:\n  a:\n    image: nginx:1.29\n"


def run(limits: Limits | None, rule: str) -> tuple[str, list[str]]:
    result = harden(TEXT, filename="compose.yaml", options=Options(select=frozenset({rule}), limits=limits))
    return result.code, [finding.refusal.spec for finding in result.held_back if finding.refusal]


def test_no_number_is_invented() -> None:
    assert run(None, "resource-limits") == (TEXT, ["K05"])
    assert run(Limits(pids=5), "resource-limits") == (TEXT, ["K05"])
    assert run(Limits(memory="1g"), "resource-limits") == (TEXT + "    mem_limit: 1g\n", ["K05"])
    assert run(Limits("1g", 2), "resource-limits") == (TEXT + "    mem_limit: 1g\n    cpus: 2\n", [])


def test_the_other_numbers_are_those_of_the_configuration() -> None:
    assert run(Limits(pids=77), "pids-limit")[0] == TEXT + "    pids_limit: 77\n"
    code = run(Limits(log_size="1m", log_files=2), "log-limits")[0]
    assert 'max-size: "1m"' in code or "max-size: 1m" in code
    assert 'max-file: "2"' in code


def test_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "harden.toml"
    path.write_text('[compose]\nmemory = "512m"\ncpus = 1.5\nlog-files = 4\n')
    found = load(path)
    assert found.compose == Limits("512m", 1.5, None, "", 4)
    below = Config(tmp_path, compose=Limits("1g", 3, 99, "5m", 1))
    assert layered(below, found).compose == Limits("512m", 1.5, 99, "5m", 4)
    assert layered(Config(), Config()).compose is None


@pytest.mark.parametrize(
    "line", ['memory = "much"', "memory = 5", "cpus = 0", "cpus = true", "cpus = inf", "pids = 0", "x = 1"]
)
def test_what_is_no_limit_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "harden.toml"
    path.write_text(f"[compose]\n{line}\n")
    with pytest.raises(ConfigError, match="compose: "):
        load(path)
