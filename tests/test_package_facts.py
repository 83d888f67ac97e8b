"""What an installation brings by recommendation, worked out from a package index."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden
from hardener.knowledge.recommends import recommended, without_recommends
from hardener.knowledge.recommends_lists import UBUNTU, Archive, archive, overrides, recommends_nothing
from tests import package_index
from tests.package_facts import by_release, none, recommending, shared, some
from tests.package_index import Release, groups, packages

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


DEBIAN = Archive("debian")


def _ubuntu(release: str | None, floor: str | None = None) -> Archive:
    place = archive("ubuntu", release, floor)
    assert place is not None
    return place


def test_ubuntu_counts_by_release():
    older = """
Package: asks
Section: universe/utils
Recommends: judged

Package: judged
Section: utils

Package: gone
Section: admin

Package: bring
Section: utils
""".lstrip()
    newer = older.replace("Recommends: judged", "Recommends: other").replace("gone", "other")
    quiet = older.replace("Recommends: judged\n", "")
    releases = {
        str(number): Release({p["Package"]: p for p in packages(text)})
        for number, text in enumerate((older, quiet, older, newer))
    }
    facts = {
        "keep": ["judged"], "needed_if": {}, "neutral": [], "none": ["bring", "nowhere"],
        "drops": {"asks": "judged"}, "brings": {"bring": "judged unheard-of"},
    }  # fmt: skip
    found = by_release(releases, facts)
    assert found.none == ["gone", "judged", "other"]
    assert found.rows == ["-: nowhere", "judged |  | judged | other: asks"]
    assert found.absent == ["judged: bring"]
    unlisted = by_release(releases, {**facts, "drops": {}, "none": []})
    assert unlisted.rows == ["judged |  | judged | -: asks"]


def test_names_of_both_distributions_stand_once():
    assert shared(["a", "b"], ["b", "c"]) == ["# both", "b", "# Debian", "a", "# Ubuntu", "c"]


def test_the_script_reads_the_releases_that_the_lists_have():
    assert tuple(package_index.UBUNTU) == UBUNTU


def test_the_list_in_the_package():
    assert recommended("inotify-tools", DEBIAN) == ""
    assert recommended("libz-dev", DEBIAN) == ""
    assert recommended("inotify-tools") is None
    assert "dpkg-dev" not in (recommended("build-essential", DEBIAN) or "")
    assert recommended("of-no-release-at-all", DEBIAN) is None
    assert recommended("of-no-release-at-all", _ubuntu("22.04")) is None


def test_the_list_of_those_that_recommend_what_has_been_judged():
    assert recommended("libcurl4t64", DEBIAN) == "ca-certificates libldap-common libsasl2-modules"
    assert recommended("cron", DEBIAN) == "exim4-daemon-light"


@pytest.mark.parametrize(
    ("distro", "release", "floor", "releases"),
    [
        ("ubuntu", "22.04", None, ("22.04",)),
        ("ubuntu", None, "22.04", ("22.04", "24.04", "26.04")),
        ("ubuntu", "23.10", None, ("22.04", "24.04")),
        ("ubuntu", None, "23.10", ("22.04", "24.04", "26.04")),
        ("debian", None, None, ()),
    ],
)
def test_the_releases_that_an_image_may_have(distro, release, floor, releases):
    assert archive(distro, release, floor) == Archive(distro, releases)


@pytest.mark.parametrize(
    ("distro", "release"), [("ubuntu", "14.04"), ("ubuntu", "26.10"), ("ubuntu", None), ("rhel", "9")]
)
def test_there_is_no_list_of_other_releases(distro, release):
    assert archive(distro, release, None) is None


@pytest.mark.parametrize(("release", "kept"), [("22.04", ("ca-certificates",)), ("24.04", ("ca-certificates",))])
def test_certificates_of_git_and_curl_are_kept_on_ubuntu(release, kept):
    for package in ("git", "curl", "wget"):
        found = without_recommends((package,), "", frozenset(), _ubuntu(release))
        assert (found.keep, found.lost, found.unknown) == (kept, (), ())


def test_an_empty_name_is_in_no_list() -> None:
    """`apt-get install =1.0` names a version of nothing."""
    for place in (Archive("debian"), Archive("ubuntu", ("22.04",))):
        assert overrides(place, "") is None
        assert not recommends_nothing(place, "")
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y =1.0 curl\n"
    assert harden(text, options=Options(level=Safety.UNSAFE)).faults == ()
