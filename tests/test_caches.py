"""What a run gives does not depend on what was read before it: caches are emptied one by one."""

from __future__ import annotations

import pytest

from hardener import harden
from hardener.shell import parse_shell
from hardener.syntax.dockerfile.continuations import logical
from tests.test_rules import CASES, options

SOME = [
    case for case in CASES if case.parent.name in ("install-before-copy", "join-installs", "no-cache-dir", "slim-base")
]


@pytest.mark.parametrize("cache", [parse_shell, logical], ids=lambda c: c.__name__)
def test_an_emptied_cache_changes_nothing(cache) -> None:
    for case in SOME:
        text = case.read_bytes().decode("utf-8", "surrogateescape")
        first = harden(text, options=options(case))
        cache.cache_clear()
        again = harden(text, options=options(case))
        assert again.code == first.code, case
        assert [f.message for f in again.findings] == [f.message for f in first.findings], case
