"""From what the environment and the options say to a forge that can be asked."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from hardener.bot.forge import gitea, github, gitlab
from hardener.bot.forge.client import Answers, Client
from hardener.bot.forge.records import Forge, ForgeError
from hardener.fast.records import dataclass

#: of a private key in PEM, in bytes
_LONGEST_KEY = 65_536


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of forge: where it is, where its token is, and how it is spoken to."""

    addresses: tuple[str, ...]
    default: str
    tokens: tuple[str, ...]
    headers: Callable[[str], dict[str, str]]
    make: Callable[[Client, str], Forge]


KINDS: dict[str, Kind] = {
    "github": Kind(("GITHUB_API_URL",), github.API, ("GH_TOKEN", "GITHUB_TOKEN"), github.headers, github.GitHub),
    "gitlab": Kind(("CI_API_V4_URL",), gitlab.API, ("GITLAB_TOKEN",), gitlab.headers, gitlab.GitLab),
    "gitea": Kind(("GITEA_API_URL",), "", ("GITEA_TOKEN",), gitea.headers, gitea.Gitea),
    "forgejo": Kind(("FORGEJO_API_URL",), "", ("FORGEJO_TOKEN",), gitea.headers, gitea.Gitea),
}


def connect(
    kind: str, api: str, env: Mapping[str, str], answers: Answers | None = None, ca_file: Path | None = None
) -> Forge:
    """Return a forge.

    Args:
        kind: one of `KINDS`.
        api: address of its API; "" for the one of the environment, else the usual one.
        env: the environment: HARDEN_BOT_TOKEN, or the variable that the forge's own tools read, holds the token. For a
            GitHub App it has HARDEN_BOT_APP_ID, and HARDEN_BOT_APP_KEY or the file HARDEN_BOT_APP_KEY_FILE.
        answers: remembers answers.
        ca_file: certificates that are trusted besides.

    Raises:
        ForgeError: there is no token, or no address.
    """
    found = KINDS[kind]
    address = api or next((env[name] for name in found.addresses if env.get(name)), found.default)
    if kind == "github" and env.get("HARDEN_BOT_APP_ID"):
        return _app(address, env, answers, ca_file)
    token = next((env[name] for name in ("HARDEN_BOT_TOKEN", *found.tokens) if env.get(name)), "").strip()
    if not address:
        raise ForgeError(f"give the address of the API with --api, or in {found.addresses[0]}")
    if not token or not token.isascii() or not token.isprintable():
        raise ForgeError(f"put a token into HARDEN_BOT_TOKEN or {found.tokens[0]}")
    return found.make(Client(address, found.headers(token), answers=answers, ca_file=ca_file), token)


def _app(address: str, env: Mapping[str, str], answers: Answers | None, ca_file: Path | None) -> Forge:
    from hardener.bot.forge.app import AppClient, Signer

    key = app_key(env)
    if not key:
        raise ForgeError("put the key of the App into HARDEN_BOT_APP_KEY, or its file into HARDEN_BOT_APP_KEY_FILE")
    sign = Signer(env["HARDEN_BOT_APP_ID"].strip(), key)
    client = AppClient(sign, lambda given: Client(address, given, answers=answers, ca_file=ca_file))
    return github.GitHub(client)


def app_key(env: Mapping[str, str]) -> str:
    """Return the private key of the App, "" without one.

    Raises:
        ForgeError: its file cannot be read, is no regular file or far too long, or others may write it.
    """
    key, path = env.get("HARDEN_BOT_APP_KEY", ""), env.get("HARDEN_BOT_APP_KEY_FILE", "")
    if key or not path:
        return key
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LONGEST_KEY:
            raise ForgeError("the file that HARDEN_BOT_APP_KEY_FILE names is no key")
        if os.name == "posix" and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise ForgeError("others may write the file that HARDEN_BOT_APP_KEY_FILE names: chmod go-w it")
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ForgeError("the file that HARDEN_BOT_APP_KEY_FILE names cannot be read") from None
