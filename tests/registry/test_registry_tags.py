"""B13: `latest` becomes the version that has its digest now, or nothing."""

from __future__ import annotations

import random
import time

import pytest
from registry_servers import answer, status

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.model import Unresolved
from hardener.registry.resolve import latest_versions
from hardener.registry.tags import candidates, version_tag_for_latest


def version(settings, reference, **rest):
    with RegistryClient(settings) as client:
        return version_tag_for_latest(client, reference, **rest)


def test_most_specific_tag_of_the_same_digest(anonymous, push, settings, ref):
    team = push(anonymous, "ver/app")
    team.index("1.28.0", "1.28", note="old")
    team.index("1.30.0-rc1", "1.30.0", note="not latest yet")
    team.index("1", "1.29", "1.29.3", "latest", "1.29.3-slim", "stable", note="now")
    team.index("1.29.2", note="before")
    assert version(settings(), ref(f"{anonymous.host}/ver/app")) == "1.29.3"


def test_no_version_has_the_digest(anonymous, push, settings, ref):
    team = push(anonymous, "ver/odd")
    team.index("2.0", note="a")
    team.index("latest", "nightly", "2.1-rc1", "noble", note="b")
    assert version(settings(), ref(f"{anonymous.host}/ver/odd:9")) is None


def test_latest_that_lags_behind(anonymous, push, settings, ref):
    team = push(anonymous, "ver/lts")
    for major in (26, 25):
        team.index(f"{major}", f"{major}.1", f"{major}.1.0", note=str(major))
    team.index("24", "24.9", "24.9.1", "latest", note="lts")
    assert version(settings(), ref(f"{anonymous.host}/ver/lts")) == "24.9.1"


def test_number_of_requests_is_bounded(proxy, anonymous, push, settings, ref):
    team = push(anonymous, "ver/many")
    team.index("latest", note="other")
    team.index(*(f"{n}.0.{n}" for n in range(40)), note="versions")
    assert version(settings(), ref(f"{proxy.host}/ver/many")) is None
    assert len(proxy.paths()) == 1 + 20
    proxy.log.clear()
    assert version(settings(use_cache=False), ref(f"{proxy.host}/ver/many"), ceiling=3) is None
    assert proxy.paths()[1:] == [f"HEAD /v2/ver/many/manifests/{n}.0.{n}" for n in (39, 38, 37)]


def test_no_latest(anonymous, push, settings, ref):
    push(anonymous, "ver/none").index("1.0")
    reference = ref(f"{anonymous.host}/ver/none")
    assert latest_versions([reference], settings()) == {
        reference: Unresolved(f"{anonymous.host} does not have ver/none latest", is_answer=True)
    }


def test_one_look_for_each_repository(proxy, anonymous, push, settings, ref):
    push(anonymous, "ver/shared").index("latest", "3.1")
    references = [ref(f"{proxy.host}/ver/shared{suffix}") for suffix in ("", ":latest", ":3")]
    assert latest_versions(references, settings()) == dict.fromkeys(references, "3.1")
    assert len(proxy.log) == 3


def test_all_pages(stub, settings, ref):
    def pages(handler):
        if "last=b" in handler.path:
            return answer(b'{"tags": ["c"]}')(handler)
        return answer(b'{"tags": ["a", "b"]}', link='</v2/x/y/tags/list?last=b&n=2>; rel="next"')(handler)

    stub.always = pages
    with RegistryClient(settings()) as client:
        assert client.tags(ref(f"{stub.host}/x/y")) == ("a", "b", "c")
    assert stub.paths("tags") == ["GET /v2/x/y/tags/list?n=1000", "GET /v2/x/y/tags/list?last=b&n=2"]


def test_a_real_registry_pages(anonymous, push, settings, ref):
    names = [f"{n}" for n in range(25)]
    push(anonymous, "ver/pages").index(*names)
    with RegistryClient(settings()) as client:
        assert sorted(client.tags(ref(f"{anonymous.host}/ver/pages"))) == sorted(names)


def test_pages_without_end_and_to_another_host(stub, settings, ref):
    stub.always = answer(b'{"tags": ["a"]}', link='<http://evil.test/v2/x/y/tags/list?last=a>; rel="next"')
    with RegistryClient(settings()) as client:
        assert client.tags(ref(f"{stub.host}/x/y")) == ("a",)
        assert len(stub.log) == 2  # the second page names itself


@pytest.mark.parametrize("link", ["<" * 60_000, "<>;" * 20_000, "<>" + "; " * 30_000])
def test_a_hostile_link_costs_little(stub, settings, ref, link):
    stub.always = answer(b'{"tags": ["a"]}', link=link)
    began = time.perf_counter()
    with RegistryClient(settings()) as client:
        assert client.tags(ref(f"{stub.host}/x/y")) == ("a",)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("body", [b"", b"[]", b'{"tags": 5}', b"{}"])
def test_no_list_of_tags(stub, settings, ref, body):
    stub.always = answer(body)
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="sent no list of tags"):
        client.tags(ref(f"{stub.host}/x/y"))


def test_null_is_an_empty_list(stub, settings, ref):
    stub.always = answer(b'{"name": "x/y", "tags": null}')
    with RegistryClient(settings()) as client:
        assert client.tags(ref(f"{stub.host}/x/y")) == ()


def test_tags_that_may_not_be_listed(stub, settings, ref):
    stub.always = status(403)
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="refuses x/y to anonymous users"):
        client.tags(ref(f"{stub.host}/x/y"))


def test_candidates():
    tags = "latest 1 1.29 1.29.3 1.29.2 1.28 1.28.9 v2.0.0 2.0.0 2.0.0-rc1 20250108 edge 3.0.0-beta 1.29.3-alpine 2.0"
    shuffled = tags.split()
    random.Random(1).shuffle(shuffled)
    found = candidates(shuffled)
    assert found[:3] == ("2.0.0", "1.29.3", "1.28.9")
    assert set(found) == {"2.0.0", "v2.0.0", "2.0", "1.29.3", "1.29.2", "1.29", "1", "1.28.9", "1.28", "20250108"}
    assert found.index("2.0.0") < found.index("v2.0.0") < found.index("2.0")
    assert found.index("1.29.3") < found.index("1.29.2") < found.index("1.29")


def test_older_patches_of_new_series_are_not_starved():
    found = candidates([f"{major}.0.{patch}" for major in range(30) for patch in range(5)])
    assert found[:5] == ("29.0.4", "28.0.4", "27.0.4", "29.0.3", "26.0.4")
    assert "29.0.2" in found[:20]


def test_a_date_is_not_taken_for_the_newest_version():
    assert candidates(["20250108", "3.22.2", "3.21.5", "20240606"])[:2] == ("3.22.2", "3.21.5")
