"""All tests run without the network and without the user's cache; those that need a registry bring their own."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from typing import Any

import hypothesis
import pytest

from tests.corpus import ROOT, THOROUGH

# started in the background or under nohup we would ignore these, and so would all that the tests start and stop
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _offline(tmp_path_factory: pytest.TempPathFactory) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv("HARDEN_OFFLINE", "1")
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    # processes that tests start run this tree, not another one that may be installed
    patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))


#: fixtures that start a program which is no Python package: its name, and where it comes from
PROGRAMS = {"servers_folder": ("docker-registry", "Debian package docker-registry")}
#: how many tests were left out, by what they need
LEFT_OUT = pytest.StashKey[dict[str, int]]()

# a slow machine is no fault
hypothesis.settings.register_profile("harden", deadline=None)
hypothesis.settings.load_profile("harden")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that cannot run here, and count them for one line at the end, not a skip for each."""
    missing = {item: _missing(item, config.getoption("-m") or "") for item in items}
    config.stash[LEFT_OUT] = dict(Counter(why for why in missing.values() if why))
    config.hook.pytest_deselected(items=[item for item, why in missing.items() if why])
    items[:] = [item for item, why in missing.items() if not why]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process of pytest-xdist left out: all of them collect the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one, under pytest-xdist, what was left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out."""
    if left_out := config.stash.get(LEFT_OUT, {}):
        told = ", ".join(f"{count} need {why}" for why, count in sorted(left_out.items()))
        terminalreporter.write_line(f"left out here: {told}")


def _missing(item: pytest.Item, chosen: str) -> str:
    """Return what a test needs and this machine does not have, "" where it can run."""
    if item.get_closest_marker("editors") and "editors" not in chosen:
        return "a real editor (-m editors)"
    if item.get_closest_marker("thorough") and not THOROUGH:
        return "more time (HARDEN_THOROUGH=1)"
    if item.get_closest_marker("editors") and os.environ.get("HARDEN_NEEDS_EDITORS"):
        return ""  # what is missing is a failure there
    for mark in item.iter_markers("needs_file"):
        path, source = mark.args
        if not path.exists():
            return str(source)
    if item.get_closest_marker("engine") and "engine" not in chosen and not os.environ.get("DOCKER_HOST"):
        return "a Docker engine (DOCKER_HOST)"
    programs = [(mark.args[0], mark.args[0]) for mark in item.iter_markers("needs_program")]
    programs += [PROGRAMS[name] for name in getattr(item, "fixturenames", ()) if name in PROGRAMS]
    return next((source for program, source in programs if shutil.which(program) is None), "")
