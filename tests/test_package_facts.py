"""What an installation brings by recommendation, worked out from a package index."""

from __future__ import annotations

import pytest

from hardener.knowledge.recommends import recommends_nothing, recommends_only
from tests.package_facts import Release, groups, none, packages, recommending, some

INDEX = """
Package: apt
Priority: important
Depends: base-lib (>= 1.2)

Package: base-lib
Recommends: never-counted

Package: core
Priority: required

Package: plain
Section: utils
Depends: core, helper:any | other

Package: helper
Section: libs

Package: asks
Section: utils
Depends: helper
Recommends: mta-server | virtual-mta, core

Package: quiet
Section: utils
Depends: provider
Recommends: virtual-mta

Package: provider
Section: utils
Provides: virtual-mta (= 1), mta-alias

Package: deep
Section: utils
Depends: asks

Package: manual-doc
Section: utils
""".lstrip()


@pytest.fixture(scope="module")
def release() -> Release:
    return Release({package["Package"]: package for package in packages(INDEX)})


def test_alternatives_lose_versions_and_architectures():
    assert groups("a (>= 1) | b:any, c [amd64]") == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("name", "brings"),
    [("plain", set()), ("asks", {"provider"}), ("quiet", set()), ("deep", {"provider"}), ("apt", set())],
)
def test_what_is_recommended_in_the_whole_closure(release, name, brings):
    assert release.recommended(name) == brings


def test_a_package_has_to_recommend_nothing_wherever_it_is(release):
    other = Release(
        {p["Package"]: p for p in packages("Package: plain\nSection: utils\nRecommends: x\n\nPackage: x\n")}
    )

    def of(*releases: Release, neutral: str = "", listed: str = "") -> list[str]:
        return none(recommending(releases, frozenset(neutral.split()), frozenset(listed.split())))

    assert of(release) == ["helper", "mta-alias", "plain", "provider", "quiet"]
    assert of(release, other, listed="quiet mta-alias") == ["helper", "provider"]
    assert "deep" in of(release, neutral="provider")


def test_a_name_that_one_package_provides_stands_for_it(release):
    assert (release.taken_for("virtual-mta"), release.taken_for("plain"), release.taken_for("none")) == (
        "provider", "plain", None,
    )  # fmt: skip
    assert "mta-alias" in none(recommending([release], frozenset(), frozenset()))
    second = "Package: second\nSection: utils\nProvides: virtual-mta, mta-alias\n"
    plain = "Package: plain\nSection: utils\nProvides: x-abi-2\n"
    two = Release({p["Package"]: p for p in packages("\n".join((INDEX, second, plain)))})
    assert two.taken_for("virtual-mta") is None
    assert none(recommending([two], frozenset(), frozenset())) == ["helper", "plain", "provider", "quiet", "second"]


def test_what_has_been_judged_is_listed_with_who_recommends_it(release):
    found = recommending([release], frozenset(), frozenset())
    assert some(found, frozenset({"provider", "unrelated"})) == ["provider: asks deep"]
    assert some(found, frozenset({"unrelated"})) == []


def test_the_list_in_the_package():
    assert recommends_nothing("inotify-tools")
    assert recommends_nothing("libz-dev")
    assert not recommends_nothing("build-essential")
    assert not recommends_nothing("of-no-release-at-all")


def test_the_list_of_those_that_recommend_what_has_been_judged():
    assert recommends_only("libcurl4t64") == "ca-certificates libldap-common libsasl2-modules"
    assert recommends_only("inotify-tools") is None
    assert recommends_only("cron") is None
