"""All tests run without the network and without the user's cache; those that need a registry bring their own."""

from __future__ import annotations

import os

import pytest

from tests.corpus import ROOT


@pytest.fixture(autouse=True, scope="session")
def _offline(tmp_path_factory: pytest.TempPathFactory) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv("HARDEN_OFFLINE", "1")
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    # processes that tests start run this tree, not another one that may be installed
    patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
