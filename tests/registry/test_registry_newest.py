"""How far `harden update` moves a tag: never to another variant, another kind of version, or a commit."""

from __future__ import annotations

import pytest

from hardener.registry.newest import Step, newest_tag


@pytest.mark.parametrize(
    ("current", "tags", "patch", "minor", "major"),
    [
        ("1.2.3", "1.2.4 1.3.0 2.0.0 1.2.10-rc1 1.2 1.2.3.9", "1.2.4", "1.3.0", "2.0.0"),
        ("v1.2", "v1.3 1.4 v2.0 v1.2.9", "v1.2", "v1.3", "v2.0"),
        ("v1.2.3", "v1.2.10 v1.2.9 v10.0.0", "v1.2.10", "v1.2.10", "v10.0.0"),
        ("1.2.3-alpine3.20", "1.2.4-alpine3.20 1.2.5-alpine3.21 1.2.6", "1.2.4-alpine3.20", "1.2.4-alpine3.20",
         "1.2.4-alpine3.20"),
        ("20240115", "20240116 20250101 3 99999999", "20240115", "20240115", "20250101"),
        ("2024-01-15", "2024-01-20 2024-03-01 2025-01-15 9999-99", "2024-01-20", "2024-03-01", "2025-01-15"),
        ("bookworm-20240115", "bookworm-20240201 trixie-20250101", "bookworm-20240115", "bookworm-20240115",
         "bookworm-20240201"),
        ("jdk-21.0.1_12", "jdk-21.0.2_13 jdk-21.1.0_1 jdk-22.0.1_8 jdk-21.0.9", "jdk-21.0.2_13", "jdk-21.1.0_1",
         "jdk-22.0.1_8"),
        # a version is no date and a date no version: alpine has both
        ("3", "4 20250108", "3", "3", "4"),
        ("3.20", "3.21 2024.1", "3.20", "3.21", "3.21"),
        ("22.04", "22.10 24.04", "22.04", "22.10", "24.04"),
        # a number that is glued to a word belongs to it
        ("ubi8-1.2", "ubi9-1.3 ubi8-1.4 ubi9-1.2", "ubi8-1.2", "ubi8-1.4", "ubi8-1.4"),
        ("x86_64-1.2.3", "x86_64-1.2.4 x87_65-1.2.3", "x86_64-1.2.4", "x86_64-1.2.4", "x86_64-1.2.4"),
        ("amd64-1", "amd65-1 amd64-2", "amd64-1", "amd64-1", "amd64-2"),
        ("php8.2-apache", "php8.3-apache php8.4-fpm", "php8.2-apache", "php8.3-apache", "php8.3-apache"),
        # commits
        ("sha-1234567", "sha-9999999 sha-1234568", "sha-1234567", "sha-1234567", "sha-1234567"),
        ("1234567", "9999999", "1234567", "1234567", "1234567"),
        ("5f2a9c1", "6f2a9c1 5f2a9c2", "5f2a9c1", "5f2a9c1", "5f2a9c1"),
        ("main-1f2a9c1", "main-2f2a9c1", "main-1f2a9c1", "main-1f2a9c1", "main-1f2a9c1"),
        ("latest", "1 2", "latest", "latest", "latest"),
        ("1.0", "1.00000000000000000000000001 1.", "1.0", "1.0", "1.0"),
    ],
)  # fmt: skip
def test_newest(current: str, tags: str, patch: str, minor: str, major: str):
    listed = [current, *tags.split()]
    assert [newest_tag(listed, current, step) for step in Step] == [current, patch, minor, major]
    assert newest_tag([], current, Step.MAJOR) == current
