"""The client against Debian's docker-registry in its three modes, with skopeo as the oracle."""

# ruff: noqa: PLR0917 - the arguments of a test are its fixtures
from __future__ import annotations

import json
import logging
import shutil
import subprocess
from pathlib import Path

import pytest
from registry_servers import IDENTITY, OCI_INDEX, OCI_MANIFEST, PASSWORD, USER, auth_entry

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.model import NotFound, Resolved, Unresolved
from hardener.registry.resolve import resolve_many


def write_docker_config(home: Path, content: dict[str, object]) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker/config.json").write_text(json.dumps(content))


def oracle(reference: str, home: Path, *options: str) -> str:
    if shutil.which("skopeo") is None:
        pytest.skip("skopeo is not installed (Debian package skopeo)")
    config = home / ".docker/config.json"
    login = ["--authfile", str(config)] if config.exists() else []
    command = ["skopeo", "inspect", "--format", "{{.Digest}}", *login, *options, f"docker://{reference}"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def test_index_of_an_anonymous_registry(anonymous, push, settings, ref, home):
    digest = push(anonymous, "team/multi").index("1")
    reference = ref(f"{anonymous.host}/team/multi:1")
    with RegistryClient(settings()) as client:
        found = client.resolve(reference)
    assert found.reference == reference
    assert found.is_index
    assert (found.digest, found.media_type, found.platforms) == (digest, OCI_INDEX, ())
    assert oracle(f"{anonymous.host}/team/multi:1", home, "--tls-verify=false") == digest


def test_single_manifest(anonymous, push, settings, ref, home):
    digest = push(anonymous, "team/single").image(name="1")["digest"]
    with RegistryClient(settings()) as client:
        found = client.resolve(ref(f"{anonymous.host}/team/single:1"))
    assert (found.digest, found.media_type, found.is_index) == (digest, OCI_MANIFEST, False)
    assert oracle(f"{anonymous.host}/team/single:1", home, "--tls-verify=false") == digest


def test_body_is_read_and_checked_on_request(anonymous, push, settings, ref):
    digest = push(anonymous, "team/multi").index("1")
    with RegistryClient(settings(fetch_bodies=True)) as client:
        found = client.resolve(ref(f"{anonymous.host}/team/multi:1"))
    assert (found.digest, found.platforms) == (digest, ("linux/amd64", "linux/arm64/v8"))


def test_digest_without_tag_and_tag_beside_digest(anonymous, push, settings, ref):
    team = push(anonymous, "team/moved")
    old = team.index("1", note="old")
    new = team.index("1", note="new")
    with RegistryClient(settings()) as client:
        assert client.resolve(ref(f"{anonymous.host}/team/moved@{old}")).digest == old
        assert client.resolve(ref(f"{anonymous.host}/team/moved:1@{old}")).digest == new


def test_no_tag_is_latest(anonymous, push, settings, ref):
    digest = push(anonymous, "team/plain").index("latest")
    with RegistryClient(settings()) as client:
        assert client.resolve(ref(f"{anonymous.host}/team/plain")).digest == digest


def test_what_is_not_there(anonymous, settings, ref):
    with RegistryClient(settings()) as client, pytest.raises(NotFound, match="does not have team/absent 9"):
        client.resolve(ref(f"{anonymous.host}/team/absent:9"))


def test_basic(with_passwords, push, settings, ref, home):
    digest = push(with_passwords, "team/basic").index("1")
    write_docker_config(home, {"auths": {with_passwords.host: auth_entry()}})
    with RegistryClient(settings()) as client:
        assert client.resolve(ref(f"{with_passwords.host}/team/basic:1")).digest == digest
    assert oracle(f"{with_passwords.host}/team/basic:1", home, "--tls-verify=false") == digest


def test_basic_without_and_with_a_wrong_login(with_passwords, settings, ref, home):
    reference = ref(f"{with_passwords.host}/team/basic:1")
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match=r"refuses .* to anonymous users"):
        client.resolve(reference)
    write_docker_config(home, {"auths": {with_passwords.host: auth_entry(password="wrong-pass")}})
    with RegistryClient(settings()) as client, pytest.raises(RegistryError) as caught:
        client.resolve(reference)
    assert str(caught.value) == (f"{with_passwords.host} refuses team/basic to the login of {home}/.docker/config.json")


@pytest.mark.parametrize("repository", ["team/open", "private/closed"])
def test_token_with_tls(with_tokens, push, settings, ref, home, repository):
    registry = with_tokens.registry
    digest = push(registry, repository).index("1")
    write_docker_config(home, {"auths": {registry.host: auth_entry()}})
    with RegistryClient(settings(ca_file=registry.ca_file)) as client:
        assert client.resolve(ref(f"{registry.host}/{repository}:1")).digest == digest
    certificates = registry.ca_file.parent / "skopeo"
    certificates.mkdir(exist_ok=True)
    shutil.copy(registry.ca_file, certificates / "ca.crt")
    assert oracle(f"{registry.host}/{repository}:1", home, "--cert-dir", str(certificates)) == digest


def test_anonymous_token(with_tokens, push, settings, ref):
    registry = with_tokens.registry
    digest = push(registry, "team/open").index("1")
    with RegistryClient(settings(ca_file=registry.ca_file)) as client:
        assert client.resolve(ref(f"{registry.host}/team/open:1")).digest == digest
        with pytest.raises(RegistryError, match="refuses private/closed to anonymous users"):
            client.resolve(ref(f"{registry.host}/private/closed:1"))


def test_identity_token(with_tokens, push, settings, ref, home):
    registry = with_tokens.registry
    digest = push(registry, "private/closed").index("1")
    write_docker_config(home, {"auths": {registry.host: {"identitytoken": IDENTITY}}})
    with_tokens.tokens.log.clear()
    with RegistryClient(settings(ca_file=registry.ca_file)) as client:
        assert client.resolve(ref(f"{registry.host}/private/closed:1")).digest == digest
    assert [seen.method for seen in with_tokens.tokens.log] == ["POST"]


@pytest.mark.parametrize("key", ["credHelpers", "credsStore"])
@pytest.mark.parametrize(("user", "secret"), [(USER, PASSWORD), ("<token>", IDENTITY)])
def test_credential_helper(with_tokens, push, settings, ref, home, key, user, secret):
    registry = with_tokens.registry
    digest = push(registry, "private/closed").index("1")
    write_docker_config(home, {key: {registry.host: "fake"} if key == "credHelpers" else "fake"})
    programs = home / "bin"
    programs.mkdir()
    helper = programs / "docker-credential-fake"
    helper.write_text(
        "#!/bin/sh\nread -r host\n"
        f'[ "$1 $host" = "get {registry.host}" ] || {{ echo credentials not found; exit 1; }}\n'
        f'echo \'{{"ServerURL":"x","Username":"{user}","Secret":"{secret}"}}\'\n'
    )
    helper.chmod(0o755)
    used = settings({"PATH": f"{programs}:/usr/bin:/bin"}, ca_file=registry.ca_file)
    with RegistryClient(used) as client:
        assert client.resolve(ref(f"{registry.host}/private/closed:1")).digest == digest


def test_one_token_for_each_repository(with_tokens, push, settings, ref, home):
    registry = with_tokens.registry
    for repository in ("private/a", "private/b"):
        push(registry, repository).index("1", "2", "3")
    write_docker_config(home, {"auths": {registry.host: auth_entry()}})
    with_tokens.tokens.log.clear()
    references = [ref(f"{registry.host}/private/{name}:{tag}") for name in "ab" for tag in "123"]
    answers = resolve_many(references, settings(ca_file=registry.ca_file))
    assert all(isinstance(answer, Resolved) for answer in answers.values())
    scopes = sorted(seen.path.partition("scope=")[2].partition("&")[0] for seen in with_tokens.tokens.log)
    assert scopes == [f"repository%3Aprivate%2F{name}%3Apull" for name in "ab"]


def test_unknown_authority(with_tokens, settings, ref):
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="certificate is not trusted"):
        client.resolve(ref(f"{with_tokens.registry.host}/team/open:1"))


def test_certificate_of_certs_d(with_tokens, push, settings, ref, tmp_path):
    registry = with_tokens.registry
    digest = push(registry, "team/open").index("1")
    for host in (registry.host, f"localhost:{with_tokens.tokens.port}"):
        (tmp_path / "certs.d" / host).mkdir(parents=True)
        shutil.copy(registry.ca_file, tmp_path / "certs.d" / host / "ca.crt")
    with RegistryClient(settings(certificate_dirs=(tmp_path / "certs.d",))) as client:
        assert client.resolve(ref(f"{registry.host}/team/open:1")).digest == digest


def test_insecure_registry_need_not_be_trusted(with_tokens, push, settings, ref, tmp_path):
    registry = with_tokens.registry
    digest = push(registry, "team/open").index("1")
    folder = tmp_path / "certs.d" / f"localhost:{with_tokens.tokens.port}"
    folder.mkdir(parents=True)
    shutil.copy(registry.ca_file, folder / "ca.crt")
    used = settings(insecure=frozenset({registry.host}), certificate_dirs=(tmp_path / "certs.d",))
    with RegistryClient(used) as client:
        assert client.resolve(ref(f"{registry.host}/team/open:1")).digest == digest


def test_no_secret_in_logs_errors_and_reprs(with_tokens, push, settings, ref, home, caplog):
    registry = with_tokens.registry
    push(registry, "private/closed").index("1")
    caplog.set_level(logging.DEBUG)
    secrets = {PASSWORD, IDENTITY, auth_entry()["auth"], "identity-wr0ng", auth_entry(password="wrong-pass")["auth"]}
    logins = [auth_entry(), {"identitytoken": IDENTITY}, {"identitytoken": "identity-wr0ng"}]
    shown: list[str] = []
    for login in [*logins, auth_entry(password="wrong-pass")]:
        write_docker_config(home, {"auths": {registry.host: login}})
        used = settings(ca_file=registry.ca_file, use_cache=False)
        with RegistryClient(used) as client:
            references = [ref(f"{registry.host}/private/closed:{tag}") for tag in ("1", "absent")]
            shown += [repr(resolve_many(references, used)), repr(used)]
            try:
                shown.append(repr(client.resolve(references[0])))
            except RegistryError as error:
                shown.append(repr(error))
            authorizer = client._session._authorizer
            shown += [repr(authorizer._grants), repr(authorizer._credentials)]
            secrets |= {grant.header.removeprefix("Bearer ") for grant in authorizer._grants.values() if grant.header}
    assert len(secrets) >= 7  # two tokens were really earned
    text = "\n".join([*shown, caplog.text])
    assert "refuses private/closed" in text
    assert not [secret for secret in secrets if secret in text]


def test_a_registry_that_fails_leaves_the_others_alone(anonymous, push, settings, ref):
    digest = push(anonymous, "team/multi").index("1")
    good, bad = ref(f"{anonymous.host}/team/multi:1"), ref("127.0.0.1:1/team/x:1")
    answers = resolve_many([good, bad], settings())
    assert answers[good].digest == digest
    assert isinstance(answers[bad], Unresolved)
    assert answers[bad].reason == "127.0.0.1:1: no connection (Connection refused)"
