"""The libraries of -dev packages, worked out from a package index, and how a floating tag reads them."""

from __future__ import annotations

import pytest

from hardener.knowledge.images import BaseImage, base_image
from hardener.knowledge.splitting import (
    RELEASES,
    UBUNTU,
    common_libraries,
    libraries,
    needed_libraries,
    older_names,
    runtime_packages,
)
from hardener.syntax.image_reference import ImageReference
from tests import package_index, package_libraries
from tests.package_index import Release, packages
from tests.package_libraries import libraries as of_index
from tests.package_libraries import lines

OLDER = """
Package: libone-dev
Section: libdevel
Depends: libone1 (= 1), libtwo-dev, libc6-dev
Provides: libuno-dev, libboth-dev

Package: libone1
Section: libs

Package: libtwo-dev
Section: libdevel
Depends: two-multidev, libboth-tools
Provides: libboth-dev

Package: two-multidev
Section: libdevel
Depends: libtwo2, two-data

Package: libboth-tools
Section: libs

Package: two-data
Section: libs

Package: libtwo2
Section: libs

Package: libheaders-dev
Section: libdevel
Depends: libstdc++-12-dev

Package: libstdc++-12-dev
Section: libdevel
Depends: libsanitizer8

Package: libsanitizer8
Section: libs

Package: libarchive-of-objects-dev
Section: libdevel
Depends: libc6

Package: libc6
Section: libs
""".lstrip()


def _release(text: str) -> Release:
    return Release({package["Package"]: package for package in packages(text)})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("libone-dev", ["libone1"]),
        ("libtwo-dev", ["libtwo2"]),
        ("libuno-dev", ["libone1"]),
        ("libheaders-dev", []),
        ("libarchive-of-objects-dev", []),
        ("libboth-dev", None),
        ("libnone-dev", None),
    ],
)
def test_libraries_of_an_index(name: str, found: list[str] | None) -> None:
    assert of_index(_release(OLDER), name) == found


def test_a_line_says_where_releases_differ() -> None:
    newer = OLDER.replace("libone1", "libone1t64").replace("libtwo-dev", "libthree-dev")
    made = lines([_release(OLDER), _release(OLDER), _release(newer)], frozenset({"libstdc++-12-dev"}))
    assert "libone-dev: libone1 | = | libone1t64" in made
    assert "libthree-dev: - | - | libtwo2" in made
    assert "libtwo-dev: libtwo2 | = | -" in made
    assert "libheaders-dev:" in made
    assert not any(line.startswith(("libboth-dev", "libstdc++")) for line in made)


def test_both_scripts_read_the_releases_that_the_tables_have() -> None:
    assert tuple(package_index.DEBIAN) == RELEASES
    assert package_libraries.UBUNTU == UBUNTU
    assert set(UBUNTU) <= package_index.UBUNTU.keys()


def _image(text: str) -> BaseImage:
    reference = ImageReference.parse(text)
    image = base_image(reference) if reference else None
    assert image is not None
    return image


def test_the_list_in_the_package() -> None:
    assert [runtime_packages(name, "libz-dev") for name in RELEASES] == [("zlib1g",)] * 3
    assert [runtime_packages(name, "libzip-dev") for name in RELEASES] == [("libzip4",), ("libzip4",), ("libzip5",)]
    assert [runtime_packages(name, "libboost-json-dev") for name in RELEASES[:2]] == [None, None]
    assert [runtime_packages(name, "libncurses5-dev") for name in RELEASES[2:]] == [
        ("libncurses6", "libncursesw6", "libtinfo6")
    ]
    assert runtime_packages("buster", "libz-dev") is None


@pytest.mark.parametrize(
    ("image", "package", "found"),
    [
        ("ubuntu:20.04", "libicu-dev", ("libicu66",)),
        ("ubuntu:22.04", "libicu-dev", ("libicu70",)),
        ("ubuntu:24.04", "libicu-dev", ("libicu74",)),
        ("ubuntu:24.04", "libssl-dev", ("libssl3t64",)),
        ("ubuntu:22.04", "libssl-dev", ("libssl3",)),
        ("ubuntu:16.04", "libssl-dev", None),
        ("ubuntu:23.10", "libssl-dev", None),
        ("ubuntu:22.04", "of-no-release-dev", None),
        ("eclipse-temurin:21-jdk", "libpq-dev", ("libpq5",)),
        ("eclipse-temurin:21-jdk", "libicu-dev", None),
    ],
)
def test_libraries_of_ubuntu(image: str, package: str, found: tuple[str, ...] | None) -> None:
    assert libraries(_image(image), package) == found


@pytest.mark.parametrize(
    ("image", "package", "found"),
    [
        (
            "python:3.12-slim",
            "libwebp-dev",
            (("libwebp7", "libwebpmux3", "libwebpdemux2"), "libwebpdecoder3 in trixie"),
        ),
        ("python:3.12-slim-bookworm", "libwebp-dev", None),
        ("python:3.12-slim", "libicu-dev", None),
        ("python:3.10", "libwebp-dev", None),
        ("python:3.12-alpine", "libwebp-dev", None),
        ("python:3.12-slim", "libboost-json-dev", None),
    ],
)
def test_libraries_that_all_releases_have(image: str, package: str, found: tuple[tuple[str, ...], str] | None) -> None:
    assert common_libraries(_image(image), package) == found


@pytest.mark.parametrize(
    ("image", "package", "found", "needed", "older"),
    [
        ("python:3.12", "libpq-dev", ("libpq5",), ("libpq5",), ("libpq5",)),
        ("python:3.8", "libpq-dev", ("libpq5",), ("libpq5",), ("libpq5",)),
        ("python:3.12", "libssl-dev", None, (), ("libssl3",)),
        ("node:22", "libssl-dev", None, None, ("libssl3",)),
        ("python:3.12", "libpng-dev", None, None, ("libpng16-16",)),
        ("python:3.12", "libcurl4-gnutls-dev", None, None, ("libcurl3-gnutls",)),
        ("python:3.12", "libaio-dev", None, None, None),
        ("python:3.12", "libicu-dev", None, None, None),
        ("python:3.12-bookworm", "libpng-dev", ("libpng16-16",), ("libpng16-16",), None),
        ("python:3.6", "libpq-dev", None, None, None),
        ("python:3.12-alpine", "libpng-dev", ("libpng",), ("libpng",), None),
    ],
)
def test_a_tag_that_names_no_release(
    image: str,
    package: str,
    found: tuple[str, ...] | None,
    needed: tuple[str, ...] | None,
    older: tuple[str, ...] | None,
) -> None:
    known = _image(image)
    assert (libraries(known, package), needed_libraries(known, package), older_names(known, package)) == (
        found, needed, older,
    )  # fmt: skip
