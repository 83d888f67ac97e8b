"""Seccomp profiles from names, and folders for a tmpfs from what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hardener.verify.container.engine import Engine
from hardener.verify.container.layers import Content
from hardener.verify.judge.measure import Image
from hardener.verify.model import Behaviour, Plan
from hardener.verify.profile.fragments import compose, kubernetes
from hardener.verify.profile.profile import Profile, Profiler, as_data, places
from hardener.verify.profile.seccomp import REFUSED, RUNTIME, allowed, profile
from hardener.verify.report.table import profile_lines

FOLDERS = frozenset({"/", "/tmp", "/app", "/app/cache", "/var", "/var/lib", "/var/lib/x", "/srv", "/usr", "/usr/lib"})
FULL = frozenset({"/", "/app", "/var", "/var/lib", "/usr", "/usr/lib"})
FACTS = Image(1, {}, Content((), 0, (), (), (), FOLDERS, FULL))


@pytest.mark.parametrize(
    ("writes", "tmpfs", "volumes"),
    [
        ((), [], ()),
        (("C /tmp", "A /tmp/a", "A /tmp/b", "A /tmp/b/c"), ["/tmp"], ()),
        (("C /app", "C /app/cache", "A /app/cache/x"), ["/app/cache"], ()),  # there and empty
        (("C /app", "A /app/state.db"), [], ("/app/state.db",)),  # beside the code: a tmpfs would hide that
        (("C /app", "A /app/new", "A /app/new/x"), ["/app/new"], ()),  # made at the start
        (("C /var", "C /var/lib", "C /var/lib/x", "A /var/lib/x/y", "A /var/lib/x/y/z"), ["/var/lib/x"], ()),
        (("C /usr", "C /usr/lib", "C /usr/lib/a.so"), [], ("/usr/lib/a.so",)),
        (("A /run/x.pid", "A /srv/a", "D /app/b"), ["/run", "/srv"], ("/app/b",)),
    ],
)
def test_places_that_are_written_to(writes: tuple[str, ...], tmpfs: list[str], volumes: tuple[str, ...]) -> None:
    assert places(writes, FACTS) == (tmpfs, volumes)


class Pretended(Profiler):
    """A program that needs these folders to be writable under a read-only root; None is never enough."""

    needs: frozenset[str] | None = frozenset()

    def _worse(self, options: tuple[str, ...]) -> tuple[str, ...]:
        given = {option.removeprefix("--tmpfs=") for option in options}
        return ("no",) if self.needs is None or not self.needs <= given else ()


@pytest.mark.parametrize(
    ("writes", "needs", "expected"),
    [
        ((), frozenset[str](), frozenset[str]()),
        ((), frozenset({"/tmp"}), frozenset({"/tmp"})),  # a file that is removed again leaves no trace
        (("A /srv/a",), frozenset({"/tmp", "/srv"}), frozenset({"/tmp", "/srv"})),
        (("A /srv/a",), frozenset({"/srv"}), frozenset({"/srv"})),
        ((), None, None),
    ],
)
def test_a_read_only_root_with_a_writable_tmp(
    tmp_path: Path, writes: tuple[str, ...], needs: frozenset[str] | None, expected: frozenset[str] | None
) -> None:
    seen = Behaviour("up", writes=writes)
    one = Pretended(Engine("docker", ""), "i", FACTS, Plan(tmp_path, tmp_path), seen, tmp_path, lambda _: None)
    one.needs = needs
    assert one._read_only()[0] == expected
    assert bool(one.notes) == (needs is None)


def test_a_profile_allows_what_was_seen_and_its_family() -> None:
    found = profile({"accept4", "stat", "clone3"}, "x86_64")
    assert found["defaultAction"] == "SCMP_ACT_ERRNO"
    assert found["architectures"] == ["SCMP_ARCH_X86_64"]
    names = set(found["syscalls"][0]["names"])
    assert {"accept", "accept4", "stat", "newfstatat", "statx"} <= names
    assert names >= RUNTIME - {"clone"}
    assert {"listen", "socket"}.isdisjoint(names), "what was not seen"


def test_namespaces_stay_closed() -> None:
    """clone is allowed without the flags that make namespaces; clone3, whose flags no filter sees, is not there."""
    calls = profile({"clone3"}, "x86_64")["syscalls"]
    clone = next(entry for entry in calls if entry["names"] == ["clone"])
    assert clone["args"] == [{"index": 0, "value": 0x7E020000, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]
    assert {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38} in calls


@pytest.mark.parametrize("name", ["unshare", "mount", "umount2", "setns", "ptrace", "bpf", "keyctl", "pivot_root"])
def test_what_was_seen_but_engines_refuse_is_not_allowed(name: str) -> None:
    assert name in REFUSED
    assert name not in allowed({name, "read"})


def test_personality_only_with_the_values_that_engines_allow() -> None:
    entries = [e for e in profile({"personality"}, "x86_64")["syscalls"] if e["names"] == ["personality"]]
    assert [entry["args"][0]["value"] for entry in entries] == [0, 8, 0x20000, 0x20008, 0xFFFFFFFF]


def test_an_architecture_without_a_name() -> None:
    with pytest.raises(KeyError):
        profile(set(), "vax")


def test_what_does_not_work_is_left_out_of_the_fragment() -> None:
    nothing = Profile(None, False, False, (), ("/app/x",), None, "SCMP_ARCH_X86_64", (), ("why",))
    assert compose(nothing) == "services:\n  app: {}\n"
    data = as_data(nothing, ["p"], "FROM scratch\n")
    assert (data["capabilities"], data["seccomp"], data["notes"]) == (None, None, ["why"])
    some = Profile(("CHOWN", "SETUID"), True, False, (), (), None, "", ("--cap-drop=ALL",), ())
    assert compose(some) == (
        "services:\n  app:\n    cap_drop: [ALL]\n    cap_add: [CHOWN, SETUID]\n"
        "    security_opt:\n      - no-new-privileges:true\n"
    )


def test_a_profile_as_part_of_a_pod() -> None:
    found = Profile(("CHOWN",), True, True, ("/run", "/tmp"), (), {"x": 1}, "SCMP_ARCH_X86_64", (), ())
    assert yaml.safe_load(kubernetes(found)) == {
        "containers": [
            {
                "name": "app",
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
                    "seccompProfile": {"type": "Localhost", "localhostProfile": "seccomp.json"},
                },
                "volumeMounts": [
                    {"name": "writable-1", "mountPath": "/run"},
                    {"name": "writable-2", "mountPath": "/tmp"},
                ],
            }
        ],
        "volumes": [{"name": "writable-1", "emptyDir": {}}, {"name": "writable-2", "emptyDir": {}}],
    }
    nothing = Profile(None, False, False, (), (), None, "", (), ())
    assert yaml.safe_load(kubernetes(nothing)) == {"containers": [{"name": "app", "securityContext": {}}]}
    dropped = Profile((), False, False, (), (), None, "", (), ())
    assert yaml.safe_load(kubernetes(dropped))["containers"][0]["securityContext"] == {
        "capabilities": {"drop": ["ALL"]}
    }


def test_it_is_said_where_a_profile_was_not_tried() -> None:
    nothing = as_data(Profile(None, False, False, (), (), None, "", (), ("why",)), ["p"], "FROM scratch\n")
    for engine in ("docker", "podman"):
        lines = profile_lines({"profile": nothing, "engine": f"{engine} 4.3.1"})
        assert lines[-2:] == [
            f"profile: tried with {engine} alone, on no Kubernetes and no other engine",
            "profile: why",
        ]
