"""All tests run without the network and without the user's cache; those that need a registry bring their own."""

from __future__ import annotations

import os
import signal

import pytest

from tests.corpus import ROOT

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
