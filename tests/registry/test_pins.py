"""The command against real registries: what is pinned, what is held back, how often is asked, what is never shown."""

# ruff: noqa: PLR0917 - the arguments of a test are its fixtures
from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from registry_servers import PASSWORD, USER, status

from hardener.cli.command import command
from hardener.cli.update import command as update


class Run:
    """`harden` in a folder of its own, with a cache of its own, online."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, name: str = "Dockerfile") -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def __call__(self, *arguments: str, of: object = command) -> Result:
        return CliRunner().invoke(of, ["--isolated", *arguments], standalone_mode=False)  # type: ignore[arg-type]

    def pins(self, *hosts: str, rules: str = "pin-base-digest,pin-copied-image,replace-latest") -> Result:
        listed = [word for host in hosts for word in ("--insecure-registry", host)]
        return self("--write", "--select", rules, *listed, str(self.folder))


@pytest.fixture
def run(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(home))
    for name in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "files").mkdir()
    return Run(tmp_path / "files")


def words(result: Result) -> str:
    """Return what was printed, on one line."""
    return " ".join(result.output.split())


def digest_by_skopeo(reference: str) -> str:
    if shutil.which("skopeo") is None:
        pytest.skip("skopeo is not installed")
    raw = subprocess.run(
        ["skopeo", "inspect", "--tls-verify=false", "--raw", f"docker://{reference}"], capture_output=True, check=True
    ).stdout
    import hashlib

    return "sha256:" + hashlib.sha256(raw).hexdigest()


def test_base_copied_image_and_latest(anonymous, push, run):
    team = push(anonymous, "pins/app")
    team.index("1", "1.4", "1.4.2", "latest", note="app")
    push(anonymous, "pins/tool").image(name="7")
    host = anonymous.host
    path = run.write(f"FROM {host}/pins/app AS a\nFROM {host}/pins/app:1\nCOPY --from={host}/pins/tool:7 /x /x\n")
    assert run.pins(host).return_value == 0
    app, tool = digest_by_skopeo(f"{host}/pins/app:1"), digest_by_skopeo(f"{host}/pins/tool:7")
    assert path.read_text() == (
        f"FROM {host}/pins/app:1.4.2@{app} AS a\nFROM {host}/pins/app:1@{app}\n"
        f"COPY --from={host}/pins/tool:7@{tool} /x /x\n"
    )


def test_a_registry_on_this_machine_is_left_alone(anonymous, push, run, monkeypatch):
    monkeypatch.delenv("HARDEN_REGISTRY_ALLOW")
    push(anonymous, "pins/local").index("1")
    path = run.write(f"FROM {anonymous.host}/pins/local:1\n")
    result = run.pins()
    assert "[B09]" in result.output
    assert path.read_text() == f"FROM {anonymous.host}/pins/local:1\n"


def test_one_registry_fails_and_the_rest_goes_on(anonymous, push, stub, run):
    push(anonymous, "pins/rest").index("1")
    stub.always = status(403)
    text = f"FROM {stub.host}/x/y:1 AS x\nFROM {anonymous.host}/pins/rest:1\n"
    path = run.write(text)
    result = run.pins(stub.host, anonymous.host)
    assert result.return_value == 0
    assert re.search(r"held back\n +1  pin-base-digest +.*(403|refuse)", result.output, re.DOTALL)
    assert path.read_text().startswith(f"FROM {stub.host}/x/y:1 AS x\nFROM {anonymous.host}/pins/rest:1@sha256:")


def test_strict_online_makes_it_an_error_and_writes_nothing(anonymous, push, stub, run):
    push(anonymous, "pins/strict").index("1")
    stub.always = status(403)
    text = f"FROM {stub.host}/x/y:1 AS x\nFROM {anonymous.host}/pins/strict:1\n"
    path = run.write(text)
    result = run(
        "--write", "--strict-online", "--insecure-registry", stub.host, "--insecure-registry", anonymous.host, str(path)
    )
    assert result.return_value == 2
    assert f"error: {stub.host}/x/y:1: " in result.output
    assert path.read_text() == text


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_one_request_for_an_image_however_many_files_name_it(jobs, proxy, anonymous, push, run):
    push(anonymous, "pins/sixty").index(*(str(n) for n in range(60)))
    for number in range(500):
        run.write(f"FROM {proxy.host}/pins/sixty:{number % 60}\nRUN true\n", f"{number}/Dockerfile")
    proxy.log.clear()
    result = run("--write", "-q", "--jobs", jobs, "--insecure-registry", proxy.host, str(run.folder))
    assert result.return_value == 0
    assert len(proxy.log) <= 60
    assert all("@sha256:" in path.read_text() for path in run.folder.glob("*/Dockerfile"))


def test_offline_uses_the_cache_alone(proxy, anonymous, push, run):
    push(anonymous, "pins/cached").index("1", "2")
    path = run.write(f"FROM {proxy.host}/pins/cached:1\n")
    assert "@sha256:" in run("--insecure-registry", proxy.host, str(path)).output
    proxy.log.clear()
    shown = run("--offline", "--insecure-registry", proxy.host, str(path)).output
    assert "@sha256:" in shown
    path.write_text(f"FROM {proxy.host}/pins/cached:2\n")
    shown = run("--offline", "--insecure-registry", proxy.host, str(path)).output
    assert "not in the cache, and --offline is set" in shown
    assert proxy.log == []


def test_offline_without_a_cache_asks_nobody(run, monkeypatch):
    path = run.write("FROM debian:trixie-slim\n")
    monkeypatch.setattr("hardener.lookups.registries.Online.ask", lambda *_: pytest.fail("asked"))
    assert "not pinned (--offline): debian:trixie-slim\n" in run("--offline", str(path)).output
    path.write_text(f"FROM debian:trixie-slim@sha256:{'0' * 64}\n")
    moved = run("--offline", str(path), of=update).output
    assert "not moved (--offline): debian:trixie-slim@sha256:000000000000\n" in moved


def test_credentials_are_used_and_never_shown(with_passwords, push, run, home):
    host = with_passwords.host
    push(with_passwords, "pins/secret").index("1")
    path = run.write(f"FROM {host}/pins/secret:1\n")
    shown = run("--insecure-registry", host, str(path)).output
    assert "@sha256:" not in shown
    (home / ".docker").mkdir()
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {host: {"auth": login}}}))
    shown = run("--verbose", "--insecure-registry", host, str(path)).output
    assert "@sha256:" in shown
    assert PASSWORD not in shown
    assert login not in shown


def test_a_mirror_stands_in_for_docker_hub(proxy, anonymous, push, run):
    push(anonymous, "library/pinsmirrored").index("1")
    path = run.write("FROM pinsmirrored:1\n")
    shown = run("--registry-mirror", f"docker.io=http://{proxy.host}", str(path)).output
    assert "+FROM pinsmirrored:1@sha256:" in shown


def test_tls_and_tokens_with_a_certificate_of_our_own(with_tokens, push, run, home):
    registry = with_tokens.registry
    push(registry, "pins/tls").index("1")
    (home / ".docker").mkdir()
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": login}}}))
    mirror = f"team.example=https://{registry.host}"
    path = run.write("FROM team.example/pins/tls:1\n")
    shown = run("--registry-mirror", mirror, "--ca-file", str(registry.ca_file), str(path)).output
    assert "+FROM team.example/pins/tls:1@sha256:" in shown


def test_add_checksum_downloads_and_is_opt_in(stub, run):
    from registry_servers import answer

    stub.always = answer(b"a release")
    path = run.write(f"FROM scratch\nADD http://{stub.host}/tool-1.2.3.tgz /\n")
    assert "--checksum" not in run(str(path)).output
    assert stub.log == []
    import hashlib

    wanted = hashlib.sha256(b"a release").hexdigest()
    assert f"+ADD --checksum=sha256:{wanted} http" in run("--extend-select", "add-checksum", str(path)).output


def test_an_image_that_a_rule_puts_in_is_pinned_in_the_same_run(anonymous, push, run):
    """slim-base swaps the tag after the questions were collected: the new one is asked for too."""
    push(anonymous, "library/python").index("3.13", "3.13-slim")
    path = run.write('FROM python:3.13\nCMD ["python", "x.py"]\n')
    mirror = f"docker.io=http://{anonymous.host}"
    run("--write", "--unsafe-fixes", "--select", "slim-base,pin-base-digest", "--registry-mirror", mirror, str(path))
    assert path.read_text().startswith("FROM python:3.13-slim@sha256:")


def test_update_moves_what_has_moved(anonymous, push, run):
    team = push(anonymous, "pins/moving")
    team.index("1", note="then")
    path = run.write(f"FROM {anonymous.host}/pins/moving:1\n")
    run.pins(anonymous.host)
    then = path.read_text()
    flags = ["--insecure-registry", anonymous.host, str(path)]
    assert run("--check", *flags, of=update).return_value == 0
    team.index("1", note="now")
    shutil.rmtree(run.folder.parent / "cache")  # which remembers an answer for an hour
    checked = run("--check", *flags, of=update)
    assert checked.return_value == 1
    assert path.read_text() == then
    moved = run("--write", *flags, of=update)
    assert moved.return_value == 0
    now = digest_by_skopeo(f"{anonymous.host}/pins/moving:1")
    assert path.read_text() == f"FROM {anonymous.host}/pins/moving:1@{now}\n"
    assert f"moves to `{anonymous.host}/pins/moving:1@{now[:19]}`" in words(moved)


def test_update_moves_tags_as_far_as_it_may(anonymous, push, run):
    team = push(anonymous, "pins/tags")
    team.index("3.12-slim", "3.12.1-slim", note="a")
    team.index("3.14-slim", "3.14-alpine", "4.0-slim", "3.14.0-slim", note="b")
    team.index("3.12.9-slim", "3.13.0-rc1-slim", note="c")

    def moved(tag: str, step: str) -> str:
        path = run.write(f"FROM {anonymous.host}/pins/tags:{tag}@sha256:{'0' * 64}\n")
        run("--write", "--tags", step, "--insecure-registry", anonymous.host, str(path), of=update)
        return path.read_text().partition(":")[2].partition(":")[2].partition("@")[0]

    assert moved("3.12-slim", "same") == "3.12-slim"
    assert moved("3.12-slim", "patch") == "3.12-slim"
    assert moved("3.12.1-slim", "patch") == "3.12.9-slim"
    assert moved("3.12-slim", "minor") == "3.14-slim"
    assert moved("3.12-slim", "major") == "4.0-slim"


def test_update_waits_until_an_image_is_old_enough(anonymous, push, run):
    team = push(anonymous, "pins/young")
    team.index("1", note="then")
    path = run.write(f"FROM {anonymous.host}/pins/young:1@sha256:{'0' * 64}\n")
    flags = ["--insecure-registry", anonymous.host, str(path)]
    held = run("--min-age", "7d", *flags, of=update)
    assert "does not say how old it is" in words(held)  # the test's images hold no time
    assert held.return_value == 0
    team.created = datetime.now(UTC).isoformat()
    team.index("1", note="now")
    shutil.rmtree(run.folder.parent / "cache")
    assert "0.0 days old, min-age is 7 days [B12]" in words(run("--min-age", "7d", *flags, of=update))
    team.created = "2024-02-29T12:00:00.123456789Z"
    team.index("1", note="long ago")
    shutil.rmtree(run.folder.parent / "cache")
    assert (
        "1 file: 1 change to make. `harden update --write` makes it."
        in run("--min-age", "7d", *flags, of=update).output
    )
    (run.folder / "harden.toml").write_text('[update]\nignore = ["127.0.0.1:*/pins/*"]\n')
    ignored = CliRunner().invoke(update, flags, standalone_mode=False)
    assert "1 file: 0 changes to make." in ignored.output


def test_configuration_of_registries(proxy, anonymous, push, run, home):
    push(anonymous, "pins/configured").index("1")
    path = run.write("FROM team.example/pins/configured:1\n")
    (home / ".config" / "harden").mkdir(parents=True)
    (home / ".config" / "harden" / "config.toml").write_text(
        f'[registry]\nmirrors = {{ "team.example" = ["http://{proxy.host}"] }}\nlifetime = "5m"\n'
    )
    shown = CliRunner().invoke(command, [str(path)], standalone_mode=False).output
    assert "+FROM team.example/pins/configured:1@sha256:" in shown
    (run.folder / "harden.toml").write_text("offline = true\n")
    proxy.log.clear()
    CliRunner().invoke(command, [str(path)], standalone_mode=False)
    assert proxy.log == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[registry]\nmirror = {}\n", "registry: unknown key 'mirror'; did you mean 'mirrors'?"),
        ('[registry]\ninsecure = "x"\n', "registry: insecure must be a list of hosts"),
        ('[registry]\nlifetime = "long"\n', "registry: lifetime must be a length of time"),
        ('[update]\ntags = "all"\n', "update: tags must be"),
        ('[update]\nmin-age = "7"\n', "update: min-age must be a length of time"),
        ("registry = 3\n", "registry must be a table"),
    ],
)
def test_bad_configuration(run, text, problem):
    path = run.write("FROM scratch\n")
    (run.folder / "harden.toml").write_text(text)
    result = CliRunner().invoke(command, [str(path)], standalone_mode=False)
    assert result.return_value == 2
    assert problem in result.output


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://bob:h1dden@mirror.example", "holds a credential"),
        ("bob:h1dden@mirror.example/x", "holds a credential"),
        ("ftp://mirror.example/h1dden", "must begin with https://"),
        ("https://mirror.example/?token=h1dden", "must not have a query"),
        ("https://[::1", "names no host"),
        ("https:///h1dden", "names no host"),
    ],
)
def test_bad_mirrors_are_refused_and_not_repeated(run, address, problem):
    path = str(run.write("FROM team.example/a:1\n"))
    shown = run("--registry-mirror", f"docker.io={address}", path)
    assert shown.return_value == 2
    assert f"a registry mirror of docker.io: its address {problem}" in shown.output
    assert "h1dden" not in shown.output
    (run.folder.parent / "own.toml").write_text(f'[registry]\nmirrors = {{ "docker.io" = ["{address}"] }}\n')
    config = str(run.folder.parent / "own.toml")
    shown = CliRunner().invoke(command, ["--config", config, path], standalone_mode=False)
    assert shown.return_value == 2
    assert "h1dden" not in shown.output


def test_a_signature_in_an_address_is_in_no_message_and_not_in_the_cache(stub, run):
    from registry_servers import answer

    url = f"http://{stub.host}/tool-1.2.3.tgz"
    path = run.write(f"FROM scratch\nADD {url}?X-Amz-Signature=h1dden /\n")
    stub.always = status(403)
    flags = ["--isolated", "-v", "--strict-online", "--extend-select", "add-checksum", str(path)]
    shown = CliRunner().invoke(command, flags, standalone_mode=False)
    assert shown.return_value == 2
    assert f"error: {url}: " in shown.output
    assert "h1dden" not in shown.output
    stub.always = answer(b"a release")
    assert CliRunner().invoke(command, flags, standalone_mode=False).return_value == 1
    assert stub.log[-1].path.endswith("h1dden")
    cached = [file.read_text() for file in (run.folder.parent / "cache").rglob("*.json")]
    assert len(cached) == 1
    assert "h1dden" not in cached[0]
    stub.log.clear()
    path.write_text(f"FROM scratch\nADD {url}?X-Amz-Signature=other /\n")
    CliRunner().invoke(command, flags, standalone_mode=False)
    assert len(stub.log) == 1, "another query is another question"


def test_update_runs_alone_whatever_the_configuration_selects(anonymous, push, run):
    push(anonymous, "pins/alone").index("1")
    path = run.write(f"FROM {anonymous.host}/pins/alone:1\nCMD node a.js\n")
    (run.folder / "harden.toml").write_text('extend-select = ["pin-base-digest"]\nselect = ["exec-form"]\n')
    shown = CliRunner().invoke(update, ["--insecure-registry", anonymous.host, str(path)], standalone_mode=False)
    assert shown.return_value == 0
    assert "1 file: 0 changes to make." in shown.output


def test_update_of_what_an_argument_carries(anonymous, push, run):
    team = push(anonymous, "pins/carried")
    team.index("1.2", "1.3", note="now")
    now = digest_by_skopeo(f"{anonymous.host}/pins/carried:1.2")
    old, name = "sha256:" + "0" * 64, f"{anonymous.host}/pins/carried"
    path = run.write(f'ARG TAG=1.2@{old} BASE="{name}:1.2@{old}"\nFROM {name}:${{TAG}} AS a\nFROM $BASE\n')
    flags = ["--insecure-registry", anonymous.host, str(path)]
    assert run("--write", *flags, of=update).return_value == 0
    moved = f'ARG TAG=1.2@{now} BASE="{name}:1.2@{now}"\nFROM {name}:${{TAG}} AS a\nFROM $BASE\n'
    assert path.read_text() == moved
    assert run("--write", "--tags", "minor", *flags, of=update).return_value == 0
    assert path.read_text() == moved.replace("1.2@", "1.3@")


def test_update_of_standard_input(anonymous, push, run):
    push(anonymous, "pins/stdin").index("1")
    text = f"FROM {anonymous.host}/pins/stdin:1@sha256:{'0' * 64}\n"
    flags = ["--isolated", "--insecure-registry", anonymous.host, "-"]
    shown = CliRunner().invoke(update, ["--write", *flags], input=text, standalone_mode=False)
    assert shown.return_value == 0
    now = digest_by_skopeo(f"{anonymous.host}/pins/stdin:1")
    assert shown.stdout == f"FROM {anonymous.host}/pins/stdin:1@{now}\n"
    assert CliRunner().invoke(update, ["--check", *flags], input=text, standalone_mode=False).return_value == 1


def test_what_the_level_does_not_allow_is_not_asked(proxy, anonymous, push, run):
    push(anonymous, "library/python").index("3.13", "3.13-slim")
    path = str(run.write('FROM python:3.13\nCMD ["python", "x.py"]\n'))
    flags = ["--registry-mirror", f"docker.io=http://{proxy.host}", path]
    proxy.log.clear()
    run("--safe", *flags)
    assert proxy.log == []
    run(*flags)
    assert proxy.paths() == ["HEAD /v2/library/python/manifests/3.13"]
    run("--unsafe-fixes", *flags)
    assert any(asked.endswith("/3.13-slim") for asked in proxy.paths())


@pytest.mark.parametrize(("value", "asks"), [("1", False), ("true", False), ("0", True), ("", True)])
def test_the_environment_may_say_offline(proxy, anonymous, push, run, monkeypatch, value, asks):
    push(anonymous, "pins/environment").index("1")
    monkeypatch.setenv("HARDEN_OFFLINE", value)
    path = run.write(f"FROM {proxy.host}/pins/environment:1\n")
    run("--insecure-registry", proxy.host, str(path))
    assert bool(proxy.log) is asks


def test_bad_options(run):
    path = str(run.write("FROM scratch\n"))
    for options in (["--offline", "--strict-online"], ["--registry-mirror", "docker.io"]):
        assert CliRunner().invoke(command, [*options, path]).exit_code == 2
    assert CliRunner().invoke(update, ["--min-age", "7 days", path]).exit_code == 2
