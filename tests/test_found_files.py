"""Commands that change files which another one looks for."""

from __future__ import annotations

import pytest

from hardener.image.found_files import writes_found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("find /a -exec sed -i s/a/b/ {} +", "sed -i"),
        ("find /a -exec sed s/a/b/ {} +", ""),
        ("find /a -name x -delete", "find -delete"),
        ("find /a -exec sh -c x {} +", "sh -c"),
        ("find /a -exec grep x {} +", ""),
        ("xargs -0 -n 1 rm -f", "rm -f"),
        ("xargs sed -i s/a/b/", "sed -i"),
        ("xargs echo", ""),
        ("grep -delete x", ""),
        ("find", ""),
    ],
)
def test_writes_found(text: str, found: str) -> None:
    assert writes_found(tuple(text.split()), {"sed", "rm"}) == found
