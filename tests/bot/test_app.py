"""A GitHub App: its signature, a token for each organisation, renewed in time, and nowhere to be read."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hardener.bot.bench import Bench, Quota
from hardener.bot.forge.app import AppClient, Signer
from hardener.bot.forge.client import Client
from hardener.bot.forge.connect import app_key, connect
from hardener.bot.forge.github import GitHub
from hardener.bot.forge.records import ForgeError, NotThere
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy
from hardener.bot.serve.log import Log
from tests.bot.github_server import Forge
from tests.bot.working import FILES, KEY, RIGHTS, app_client, go, pem, whats


@pytest.fixture
def app(app: Forge) -> Forge:
    """Another organisation installed the App too, and each has a repository."""
    app.installed["other"] = dict(RIGHTS)
    for name in ("acme/shop", "other/shop"):
        app.repository(name, FILES)
    return app


def test_each_organisation_has_a_token_of_its_own(app: Forge) -> None:
    on = Bench(app_client(app), Policy(offline=True, again_after=0, limit=9), Ledger(":memory:"), Quota(9))
    assert whats(go(on, "acme/shop", "other/shop")) == ["harden/all: opened"] * 2
    assert sorted(app.tokens.values()) == ["acme", "other"]
    used = {headers["Authorization"] for _, path, headers, *_ in app.said if path.startswith("/repos/acme/")}
    assert used == {next(f"Bearer {token}" for token, owner in app.tokens.items() if owner == "acme")}


def test_repositories_are_those_that_it_was_installed_for(app: Forge) -> None:
    (one,) = app_client(app).repositories("acme")
    assert (one.name, one.may_write) == ("acme/shop", True)


def test_a_token_is_renewed_before_it_ends(app: Forge) -> None:
    api = app_client(app)
    api.repository("acme/shop")
    app.now += 1200
    api.repository("acme/shop")
    assert len(app.tokens) == 1
    app.now += 1200
    repository = api.repository("acme/shop")
    assert len(app.tokens) == 2
    assert api.token_for(repository) == list(app.tokens)[-1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"permissions": {"contents": "read", "pull_requests": "write"}}, "may not write contents"),
        ({**RIGHTS, "suspended_at": "2026-11-28T12:00:00Z"}, "is suspended"),
    ],
)
def test_an_installation_that_may_too_little(app: Forge, given: dict[str, object], said: str) -> None:
    app.installed["acme"] = given
    with pytest.raises(ForgeError, match=said):
        app_client(app).repository("acme/shop")
    assert app.tokens == {}


def test_who_has_not_installed_it(app: Forge) -> None:
    with pytest.raises(NotThere, match="has not installed"):
        app_client(app).repository("nobody/x")


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "put the key"), ({"HARDEN_BOT_APP_KEY": "no key"}, "must be a private key"),
        ({"HARDEN_BOT_APP_KEY_FILE": "/none/such"}, "cannot be read"),
        ({"HARDEN_BOT_APP_KEY": pem(ec.generate_private_key(ec.SECP256R1()))}, "must be an RSA key"),
    ],
)  # fmt: skip
def test_keys_that_cannot_be_used(env: dict[str, str], said: str) -> None:
    with pytest.raises(ForgeError, match=said) as told:
        connect("github", "https://forge.example", {"HARDEN_BOT_APP_ID": "4711", **env})
    assert "BEGIN" not in str(told.value)


def test_as_it_is_typed_and_nothing_of_it_is_to_be_read(app: Forge, tmp_path: Path) -> None:
    import time

    app.now = time.time()
    key = tmp_path / "app.pem"
    key.write_text(pem(KEY))
    env = {**os.environ, "HARDEN_BOT_APP_ID": "4711", "HARDEN_BOT_APP_KEY_FILE": str(key)}
    command = [sys.executable, "-m", "hardener", "bot", "run", "--offline", "--api", app.url, "--org", "acme",
               "--ledger", str(tmp_path / "ledger")]  # fmt: skip
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"acme/shop: harden/all: opened {app.url}/acme/shop/pull/1\n"
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("ledger*"))
    assert app.tokens
    assert not any(token.encode() in kept or token in done.stdout for token in app.tokens)


@pytest.mark.parametrize(
    ("mode", "said"), [(0o600, ""), (0o400, ""), (0o444, ""), (0o620, "others may write"), (0o602, "others may write")]
)
def test_the_file_of_the_key_is_one_that_nobody_else_writes(tmp_path: Path, mode: int, said: str) -> None:
    key = tmp_path / "app.pem"
    key.write_text(pem(KEY))
    key.chmod(mode)
    env = {"HARDEN_BOT_APP_KEY_FILE": str(key)}
    if not said:
        assert app_key(env) == pem(KEY)
        return
    with pytest.raises(ForgeError, match=said):
        app_key(env)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "huge", "bytes"])
def test_what_is_no_file_with_a_key(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "app.pem"
    if kind == "pipe":
        os.mkfifo(key)
    elif kind == "folder":
        key.mkdir()
    elif kind == "device":
        key.symlink_to("/dev/zero")
    else:
        key.write_bytes(b"-" * 70_000 if kind == "huge" else b"\xff\xfe")
    with pytest.raises(ForgeError, match="HARDEN_BOT_APP_KEY_FILE names"):
        app_key({"HARDEN_BOT_APP_KEY_FILE": str(key)})


def test_no_part_of_a_key_is_told() -> None:
    text, lines = pem(KEY), []
    signer = Signer("4711", text)
    log = Log([text], lines.append)
    for part in (text, *text.splitlines()[1:-1], text.replace("\n", " "), f"x{text[:300]}", repr(text)):
        log.say("told", what=f"cannot read {part}: no")
    unknown = Log((), lines.append)  # a key that nobody told the log of
    for part in (text, repr(text), text[:300], text.replace("PRIVATE", "RSA PRIVATE")):
        unknown.say("told", what=f"cannot read {part}: no")
    told = "".join(
        [*lines, repr(signer), repr(vars(signer)), str(GitHub(AppClient(signer, lambda g: Client("https://x", g))))]
    )
    assert not any(line in told for line in text.splitlines()[1:-1])


@pytest.mark.parametrize("broken", ["\n", "x\n", "-----BEGIN"])
def test_a_broken_key_is_in_no_traceback(broken: str) -> None:
    text = pem(KEY).replace("\n", broken, 3)
    if broken == "\n":
        text = text[:800]
    with pytest.raises(ForgeError) as told:
        connect("github", "https://forge.example", {"HARDEN_BOT_APP_ID": "4711", "HARDEN_BOT_APP_KEY": text})
    shown = "".join(traceback.format_exception(told.value))
    assert not any(line in shown for line in text.splitlines()[1:-1] if len(line) > 20)
