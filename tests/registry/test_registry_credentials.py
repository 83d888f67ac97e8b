"""Where Docker and podman keep credentials, and which one counts."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from registry_servers import auth_entry

from hardener.errors import ConfigError, RegistryError
from hardener.registry.auth import Challenge, parse_challenges
from hardener.registry.credentials import ANONYMOUS, Credential, CredentialStore, auth_files


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def auths(**users: str) -> dict[str, object]:
    return {"auths": {key: auth_entry(user, "pw") for key, user in users.items()}}


def found(settings, domain="r.test", path="team/app") -> Credential:
    return CredentialStore(settings).find(domain, path)


def test_files_in_order(settings, home):
    env = {"REGISTRY_AUTH_FILE": "/r/auth.json", "XDG_RUNTIME_DIR": "/run/user/1"}
    assert list(auth_files(settings(env, auth_file=Path("/mine.json")))) == [
        Path("/mine.json"),
        Path("/r/auth.json"),
        home / ".docker/config.json",
        Path("/run/user/1/containers/auth.json"),
        home / ".config/containers/auth.json",
    ]
    env = {"DOCKER_CONFIG": "/d", "XDG_CONFIG_HOME": "/x"}
    assert list(auth_files(settings(env))) == [Path("/d/config.json"), Path("/x/containers/auth.json")]


def test_first_file_with_an_entry_counts(settings, home):
    write(home / ".docker/config.json", auths(**{"other.test": "o", "both.test": "docker"}))
    write(home / ".config/containers/auth.json", auths(**{"r.test": "podman", "both.test": "podman"}))
    assert found(settings()).username == "podman"
    assert found(settings(), "both.test").username == "docker"
    assert found(settings(), "none.test") is ANONYMOUS


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"])
def test_docker_hub_has_many_names(settings, home, key):
    write(home / ".docker/config.json", auths(**{key: "hub"}))
    assert found(settings(), "docker.io", "library/node").username == "hub"


@pytest.mark.parametrize("key", ["r.test:5000", "https://r.test:5000", "http://r.test:5000/v2/", "R.test:5000/v1/"])
def test_addresses_are_read_as_hosts(settings, home, key):
    write(home / ".docker/config.json", auths(**{key: "me"}))
    assert found(settings(), "r.test:5000").username == "me"
    assert found(settings(), "r.test") is ANONYMOUS
    assert found(settings(), "r.test:5001") is ANONYMOUS


def test_longest_namespace_counts(settings, home):
    write(home / ".docker/config.json", auths(**{"r.test": "host", "r.test/team": "team", "r.test/team/app": "app"}))
    assert found(settings(), path="team/app").username == "app"
    assert found(settings(), path="team/other").username == "team"
    assert found(settings(), path="teams/app").username == "host"


def test_a_namespace_is_not_a_host(settings, home):
    write(home / ".docker/config.json", auths(**{"r.test/private": "narrow"}))
    assert found(settings(), path="team/app") is ANONYMOUS


def test_kinds_of_entries(settings, home):
    entries = {
        "plain.test": {"username": "u", "password": "p"},
        "colon.test": auth_entry("u", "a:b:c"),
        "identity.test": {"auth": auth_entry("u", "")["auth"], "identitytoken": "i"},
        "registry.test": {"registrytoken": "t"},
        "empty.test": {},
    }
    write(home / ".docker/config.json", {"auths": entries})
    assert found(settings(), "plain.test").password == "p"
    assert found(settings(), "colon.test").password == "a:b:c"
    assert found(settings(), "identity.test").identity_token == "i"
    assert found(settings(), "registry.test").registry_token == "t"
    assert found(settings(), "empty.test") is ANONYMOUS


@pytest.mark.parametrize("auth", ["%%%", "bm9jb2xvbg==", "/////w=="])
def test_an_entry_that_cannot_be_read(settings, home, auth):
    write(home / ".docker/config.json", {"auths": {"r.test": {"auth": auth}}})
    with pytest.raises(RegistryError, match=r"auth of r\.test is not user:password in base64") as caught:
        found(settings())
    assert auth not in str(caught.value)
    assert found(settings(), "other.test") is ANONYMOUS


@pytest.mark.parametrize("content", ['{"auths": {"r.test": {"auth": "c2VjcmV0"', "[]", ""])
def test_a_file_that_cannot_be_read(settings, home, content):
    path = write(home / ".docker/config.json", content)
    with pytest.raises(ConfigError) as caught:
        CredentialStore(settings())
    assert str(path) in str(caught.value)
    assert "c2VjcmV0" not in str(caught.value)


def test_unexpected_types_are_passed_over(settings, home):
    write(home / ".docker/config.json", {"auths": [], "credHelpers": 1, "credsStore": {}})
    assert found(settings()) is ANONYMOUS
    write(home / ".docker/config.json", {"auths": {"r.test": "x"}, "credHelpers": {"r.test": 5}})
    assert found(settings()) is ANONYMOUS


HELPER = """#!/bin/sh
read -r server
echo "$1 $server" >> "$(dirname "$0")/asked"
case $server in
  r.test|https://index.docker.io/v1/) echo '{"Username":"u","Secret":"from-helper"}' ;;
  broken.test) echo 'from-helper'; exit 0 ;;
  failing.test) echo 'from-helper' >&2; exit 3 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
"""


@pytest.fixture
def with_helper(settings, home):
    helper = write(home / "bin/docker-credential-keys", HELPER)
    helper.chmod(0o755)
    return settings({"PATH": f"{helper.parent}:/usr/bin:/bin"})


def test_store_and_helpers(with_helper, home):
    write(home / ".docker/config.json", {"credsStore": "keys", **auths(**{"file.test": "file"})})
    assert found(with_helper).password == "from-helper"
    assert found(with_helper, "docker.io").password == "from-helper"
    assert found(with_helper, "file.test").username == "file"
    assert found(with_helper, "none.test") is ANONYMOUS
    assert (home / "bin/asked").read_text().splitlines() == [
        "get r.test", "get https://index.docker.io/v1/", "get file.test", "get none.test",
    ]  # fmt: skip


def test_the_helper_of_a_registry_is_the_only_one_asked(with_helper, home):
    content = {"credHelpers": {"r.test": "absent"}, "credsStore": "keys", **auths(**{"r.test": "file"})}
    write(home / ".docker/config.json", content)
    assert found(with_helper) == Credential(source="docker-credential-absent, which is not installed")


@pytest.mark.parametrize("domain", ["broken.test", "failing.test"])
def test_a_helper_that_fails_is_named_and_passed_over(with_helper, home, domain):
    write(home / ".docker/config.json", {"credsStore": "keys"})
    assert found(with_helper, domain) == Credential(source="docker-credential-keys, which failed")


@pytest.mark.parametrize("name", ["../../evil", "a b", "a;b", "-x", ""])
def test_a_helper_is_a_name_and_no_path(settings, home, name):
    write(home / ".docker/config.json", {"credHelpers": {"r.test": name}})
    assert not found(settings()).password


def test_repr_shows_nothing():
    shown = repr(Credential("user-x", "pass-x", "identity-x", "registry-x", "file"))
    assert shown == "Credential(source='file')"


@pytest.mark.parametrize(
    "header", ["a" * 100_000, 'a="' * 40_000, "a " * 50_000, ", " * 50_000, "Basic " + "a" * 99_999]
)
def test_a_hostile_challenge_costs_little(header):
    began = time.perf_counter()
    parse_challenges([header], "https://r.test")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (['Basic realm="a b"'], [("basic", {"realm": "a b"})]),
        (["Basic"], [("basic", {})]),
        (
            ['Bearer realm="https://a/t",service="s",scope="repository:a/b:pull,push"'],
            [("bearer", {"realm": "https://a/t", "service": "s", "scope": "repository:a/b:pull,push"})],
        ),
        (
            ['bearer  realm = "https://a/t" , error="x=\\"y\\"", Basic realm=plain'],
            [("bearer", {"realm": "https://a/t", "error": 'x="y"'}), ("basic", {"realm": "plain"})],
        ),
        (['Basic realm="x"', 'Bearer realm="y"'], [("basic", {"realm": "x"}), ("bearer", {"realm": "y"})]),
        (["", "realm=orphan"], []),
    ],
)
def test_challenges(headers, expected):
    found = parse_challenges(headers, "https://r.test")
    assert found == tuple(Challenge("https://r.test", scheme, parameters) for scheme, parameters in expected)
