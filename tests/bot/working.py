"""What the tests of the bot share: a bench on the forge of a test, and a repository with something to do."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hardener.bot.bench import Bench, Quota, Told
from hardener.bot.forge.app import AppClient, Signer
from hardener.bot.forge.client import Client
from hardener.bot.forge.connect import connect
from hardener.bot.forge.github import GitHub
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy
from hardener.bot.run import repositories, run
from hardener.fast.records import replace
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge

NAME = "acme/shop"
FILES: dict[str, str | bytes] = {
    "Dockerfile": "FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node server.js\n",
    "package.json": '{"name": "shop", "version": "1.0.0"}\n',
    "server.js": "require('http').createServer((q, s) => s.end('hi')).listen(8080)\n",
}
#: of a GitHub App, and what an organisation lets it do
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RIGHTS: dict[str, Any] = {
    "permissions": {"contents": "write", "pull_requests": "write", "metadata": "read"},
    "suspended_at": None,
}
#: nothing is left to do for it
DONE = "FROM scratch\nCOPY a /a\n"


def bench(forge: Forge, ledger: Ledger | None = None, **policy: Any) -> Bench:
    made = connect(forge.kind, forge.api, {"HARDEN_BOT_TOKEN": TOKEN})
    forge.clients.append(made)
    chosen = replace(Policy(offline=True, again_after=0, labels=("docker",)), **policy)
    return Bench(made, chosen, ledger or Ledger(":memory:"), Quota(chosen.limit))


def go(on: Bench, *names: str) -> list[Told]:
    return run(repositories(on.forge, names or (NAME,), ()), on, lambda _: None, 2)


def whats(told: list[Told]) -> list[str]:
    return [one.what for one in told]


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def app_client(forge: Forge) -> GitHub:
    made = GitHub(AppClient(Signer("4711", pem(KEY)), lambda given: Client(forge.url, given), lambda: forge.now))
    forge.clients.append(made)
    return made
