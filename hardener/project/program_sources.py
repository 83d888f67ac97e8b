"""Which files of a project are sources of the program that starts: tests are none."""

from __future__ import annotations

from hardener.fast.patterns import regex

_TEST = regex(
    r"(\A|/)(tests?|__tests__|__mocks__|specs?|e2e|cypress|playwright)/"
    r"|[._-](test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?\Z|_(test|spec)\.(go|py|rb)\Z|(\A|/)(test_[^/]*|conftest)\.py\Z"
    r"|(Test|Tests|IT)\.(java|kt|cs|php)\Z|(\A|/)(jest|vitest|karma|playwright|cypress)\.[\w.]+\.[cm]?[jt]s\Z"
)


def is_test(path: str) -> bool:
    """Tell whether a file (a path in the build context) belongs to the tests."""
    return _TEST.search(path) is not None
