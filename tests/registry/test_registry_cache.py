"""The cache on disk: its lifetime, parallel runs, and runs without a network."""

# ruff: noqa: PLR0917 - the arguments of a test are its fixtures
from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from registry_servers import answer, status

from hardener.errors import RegistryError
from hardener.registry.cache import Cache
from hardener.registry.client import RegistryClient
from hardener.registry.download import download_sha256
from hardener.registry.folders import cache_folder
from hardener.registry.model import Clock, Unresolved
from hardener.registry.resolve import latest_versions, resolve_many

QUESTION = ("manifest", "https://r.test/", "a/b", "1")


@pytest.fixture
def cache(tmp_path, fake_time) -> Cache:
    return Cache(tmp_path / "cache", 3600, fake_time.clock)


def test_lifetime(cache, fake_time):
    cache.put(QUESTION, ["x"], fake_time.now)
    fake_time.now += 3599
    assert cache.get(QUESTION).value == ["x"]
    fake_time.now += 2
    assert cache.get(QUESTION) is None
    assert cache.get(QUESTION, lasting=True).value == ["x"]
    assert Cache(cache.folder, None, fake_time.clock).get(QUESTION).value == ["x"]


def test_an_answer_from_the_future_does_not_count(cache, fake_time):
    cache.put(QUESTION, ["x"], fake_time.now + 3000)
    assert cache.get(QUESTION) is None


def test_other_question(cache, fake_time):
    cache.put(QUESTION, ["x"], fake_time.now)
    assert cache.get((*QUESTION[:-1], "2")) is None
    assert cache.get(("a", "bc")) is None


def test_a_file_that_answers_another_question(cache, fake_time):
    cache.put(QUESTION, ["x"], fake_time.now)
    cache._path(QUESTION).rename(cache._path(("other",)))
    assert cache.get(("other",)) is None


def test_for_its_owner_alone(cache, fake_time):
    cache.put(QUESTION, ["x"], fake_time.now)
    (file,) = cache.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


def others_may_write_the_file(cache: Cache, file: Path) -> None:
    file.chmod(0o644)  # as git checks files out


def others_may_look_into_the_folder(cache: Cache, file: Path) -> None:
    cache.folder.chmod(0o755)


def the_file_is_a_link(cache: Cache, file: Path) -> None:
    file.rename(cache.folder.parent / "kept")
    file.symlink_to(cache.folder.parent / "kept")


def the_folder_is_a_link(cache: Cache, file: Path) -> None:
    cache.folder.rename(cache.folder.parent / "kept")
    cache.folder.symlink_to(cache.folder.parent / "kept")


def the_file_is_a_pipe(cache: Cache, file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


@pytest.mark.skipif(os.name != "posix", reason="files have no owner that could be told")
@pytest.mark.parametrize(
    "poison",
    [
        others_may_write_the_file, others_may_look_into_the_folder, the_file_is_a_link, the_folder_is_a_link,
        the_file_is_a_pipe,
    ],
)  # fmt: skip
def test_what_somebody_else_may_have_written_is_no_answer(cache, fake_time, poison):
    cache.put(QUESTION, ["x"], fake_time.now)
    (file,) = cache.folder.iterdir()
    assert cache.get(QUESTION).value == ["x"]
    poison(cache, file)
    assert cache.get(QUESTION) is None
    assert cache.get(QUESTION, lasting=True) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": 2, "question": [], "fetched": 0}', b"\xff" * 9],
)
def test_a_damaged_file_is_no_answer(cache, fake_time, content):
    cache.put(QUESTION, ["x"], fake_time.now)
    (file,) = cache.folder.iterdir()
    file.write_bytes(content)
    assert cache.get(QUESTION) is None
    cache.put(QUESTION, ["y"], fake_time.now)
    assert cache.get(QUESTION).value == ["y"]


def test_a_damaged_value_is_asked_again(proxy, anonymous, push, settings, ref, tmp_path):
    digest = push(anonymous, "team/damaged").index("1")
    used = settings(cache_dir=tmp_path / "c")
    reference = ref(f"{proxy.host}/team/damaged:1")
    with RegistryClient(used) as client:
        client.resolve(reference)
        (file,) = (tmp_path / "c").iterdir()
        file.write_text(file.read_text().replace(digest, "sha256:../../x"))
        assert client.resolve(reference).digest == digest
    assert len(proxy.paths()) == 2


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, fake_time):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache", 3600, fake_time.clock)
    cache.put(QUESTION, ["x"], fake_time.now)
    assert cache.get(QUESTION) is None
    assert cache.prune() == 0


def test_prune_deletes_what_is_old(tmp_path):
    cache = Cache(tmp_path, 3600, Clock())
    cache.put(QUESTION, 1, time.time())
    cache.put(("old",), 1, 0.0)
    for file in tmp_path.iterdir():
        if "old" in file.read_text():
            os.utime(file, (0, 0))
    assert cache.prune() == 1
    assert cache.get(QUESTION).value == 1


def test_place_of_the_cache():
    assert cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/harden/registry")
    assert cache_folder({"HOME": "/h"}) == Path("/h/.cache/harden/registry")
    assert cache_folder({"XDG_CACHE_HOME": "not/absolute", "HOME": "/h"}) == Path("/h/.cache/harden/registry")


WRITER = """
import sys
from pathlib import Path
from hardener.registry.cache import Cache
from hardener.registry.model import Clock
mark, folder = sys.argv[1], Path(sys.argv[2])
cache = Cache(folder, None, Clock())
for turn in range(200):
    for key in range(3):
        cache.put(("k", str(key)), [mark] * 2000, float(turn))
        found = cache.get(("k", str(key)))
        assert found is not None, "an answer vanished"
        assert len(found.value) == 2000 and len(set(found.value)) == 1, "an answer of two writers"
"""


def test_parallel_processes(tmp_path):
    command = [sys.executable, "-c", WRITER]
    running = [subprocess.Popen([*command, mark, str(tmp_path)], stderr=subprocess.PIPE, text=True) for mark in "abcd"]
    errors = [process.communicate(timeout=50)[1] for process in running]
    assert errors == [""] * 4
    assert len(list(tmp_path.iterdir())) == 3  # nothing unfinished is left


def test_second_run_asks_nothing(proxy, anonymous, push, settings, ref):
    push(anonymous, "team/cached").index("1", "2")
    references = [ref(f"{proxy.host}/team/cached:{tag}") for tag in "12"]
    first = resolve_many(references, settings())
    asked = len(proxy.log)
    assert resolve_many(references, settings()) == first
    assert len(proxy.log) == asked == 2
    resolve_many(references, settings(use_cache=False))
    assert len(proxy.log) == 4


def test_a_moved_tag_is_seen_after_the_lifetime(proxy, anonymous, push, settings, ref, fake_time):
    team, reference = push(anonymous, "team/moving"), ref(f"{proxy.host}/team/moving:1")

    def now() -> str:
        with RegistryClient(settings(), fake_time.clock) as client:
            return client.resolve(reference).digest

    old = team.index("1", note="old")
    assert now() == old
    new = team.index("1", note="new")
    assert now() == old
    fake_time.now += 3601
    assert now() == new != old


def test_offline(proxy, anonymous, push, settings, ref, fake_time):
    digest = push(anonymous, "team/off").index("1")
    known, unknown = ref(f"{proxy.host}/team/off:1"), ref(f"{proxy.host}/team/off:2")
    before = fake_time.now
    resolve_many([known], settings(), clock=fake_time.clock)
    fake_time.now += 30 * 86400
    asked = len(proxy.log)
    answers = resolve_many([known, unknown], settings(offline=True), clock=fake_time.clock)
    assert (answers[known].digest, answers[known].fetched) == (digest, before)
    assert answers[unknown] == Unresolved("not in the cache, and --offline is set")
    assert latest_versions([known], settings(offline=True))[known] == answers[unknown]
    assert len(proxy.log) == asked


def test_another_configuration_does_not_get_this_ones_answer(proxy, anonymous, push, settings, ref):
    push(anonymous, "team/conf").index("1")
    reference = ref("r.test/team/conf:1")
    used = settings(mirrors={"r.test": (f"http://{proxy.host}",)})
    with RegistryClient(used) as client:
        client.resolve(reference)
    with RegistryClient(settings(offline=True)) as client, pytest.raises(RegistryError, match="offline"):
        client.resolve(reference)


def test_failures_are_not_kept(proxy, anonymous, push, settings, ref):
    reference = ref(f"{proxy.host}/team/later:1")
    assert isinstance(resolve_many([reference], settings())[reference], Unresolved)
    digest = push(anonymous, "team/later").index("1")
    assert resolve_many([reference], settings())[reference].digest == digest


def test_checksums_are_kept(stub, settings):
    stub.always = answer(b"content")
    url = f"http://{stub.host}/tool-1.2.tar.gz"
    found = download_sha256(url, settings())
    stub.always = status(500)
    assert download_sha256(url, settings(offline=True)) == found
    assert len(stub.log) == 1
    with pytest.raises(RegistryError, match="offline"):
        download_sha256(f"{url}.asc", settings(offline=True))
