"""Credentials as Docker and podman keep them: config.json, auth.json and credential helpers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from hardener.errors import ConfigError, RegistryError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.registry.folders import home_of
from hardener.registry.hosts import DOCKER_HUB, canonical_domain
from hardener.registry.model import RegistrySettings

#: under which Docker keeps the credentials of Docker Hub
_HUB_KEY = "https://index.docker.io/v1/"
_HELPER_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HELPER_TIMEOUT = 30
#: the user name by which a helper says that the secret is an identity token
_TOKEN_USER = "<token>"


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves who is asking; the repr shows only where it comes from.

    Attributes:
        username, password: for Basic, and for a token server.
        identity_token: a refresh token that a token server takes instead.
        registry_token: a Bearer token for the registry itself.
        source: the file or helper that it comes from, for messages.
    """

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)
    source: str = ""

    @property
    def basic(self) -> str:
        """The value of an Authorization header, "" without a password."""
        if not self.password:
            return ""
        import base64

        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")


ANONYMOUS = Credential()


@dataclass(frozen=True, slots=True)
class _AuthFile:
    path: Path
    auths: Mapping[str, object] = field(repr=False)
    helpers: Mapping[str, object]
    store: str


class CredentialStore:
    """All credentials that a user has; read once.

    Args:
        settings: names the environment and perhaps a file of its own.

    Raises:
        ConfigError: a file of credentials that is no JSON object.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._env = settings.env
        self._files = tuple(_load(path) for path in auth_files(settings) if path.is_file())

    def find(self, domain: str, path: str) -> Credential:
        """Return the credential for the repository `path` of `domain`; `ANONYMOUS` where there is none.

        A helper that is missing or fails counts as none, as public images need none; its name is in the `source`.

        Raises:
            RegistryError: an entry that cannot be read.
        """
        trouble = ANONYMOUS
        for file in self._files:
            found = self._in_file(file, canonical_domain(domain), path)
            if found.password or found.identity_token or found.registry_token:
                return found
            trouble = found if found.source else trouble
        return trouble

    def _in_file(self, file: _AuthFile, domain: str, path: str) -> Credential:
        # the special helper of a registry, then the general one, then the file, as in Docker's CLI
        for key in _helper_keys(domain):
            if isinstance(name := file.helpers.get(key), str) and name:
                return self._ask(name, key)
        trouble = ANONYMOUS
        if file.store:
            found = self._ask(file.store, _HUB_KEY if domain == DOCKER_HUB else domain)
            if found.password or found.identity_token:
                return found
            trouble = found
        entry = _entry(file.auths, domain, path)
        found = _read(entry, domain, file.path) if entry else ANONYMOUS
        return found if found.source else trouble

    def _ask(self, name: str, server: str) -> Credential:
        import subprocess

        source = f"docker-credential-{name}"
        if not _HELPER_NAME.fullmatch(name):
            return Credential(source="a credential helper with a bad name")
        import shutil

        program = shutil.which(source, path=self._env.get("PATH"))
        if program is None:
            return Credential(source=f"{source}, which is not installed")
        try:
            done = subprocess.run(
                [program, "get"],
                input=server.encode(),
                capture_output=True,
                timeout=_HELPER_TIMEOUT,
                env=dict(self._env),
                check=False,
            )
            answer = json.loads(done.stdout) if done.returncode == 0 else None
        except (OSError, subprocess.SubprocessError, ValueError):
            return Credential(source=f"{source}, which failed")
        if done.returncode != 0:
            unknown = b"credentials not found" in done.stdout
            return ANONYMOUS if unknown else Credential(source=f"{source}, which failed")
        if not isinstance(answer, dict):
            return Credential(source=f"{source}, which failed")
        user, secret = str(answer.get("Username") or ""), str(answer.get("Secret") or "")
        if user == _TOKEN_USER:
            return Credential(identity_token=secret, source=source)
        return Credential(user, secret, source=source)


def auth_files(settings: RegistrySettings) -> Iterator[Path]:
    """Yield the files that may hold credentials, the most special first: Docker's, then podman's."""
    env = settings.env
    home = home_of(env)
    if settings.auth_file:
        yield settings.auth_file
    if env.get("REGISTRY_AUTH_FILE"):
        yield Path(env["REGISTRY_AUTH_FILE"])
    yield (Path(env["DOCKER_CONFIG"]) if env.get("DOCKER_CONFIG") else home / ".docker") / "config.json"
    if env.get("XDG_RUNTIME_DIR"):
        yield Path(env["XDG_RUNTIME_DIR"]) / "containers/auth.json"
    config = Path(env["XDG_CONFIG_HOME"]) if env.get("XDG_CONFIG_HOME") else home / ".config"
    yield config / "containers/auth.json"


def _load(path: Path) -> _AuthFile:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):  # the text of a JSON error quotes nothing, but its object holds the whole file
        raise ConfigError(f"{path}: cannot be read as JSON") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: is not a JSON object")
    auths, helpers, store = content.get("auths"), content.get("credHelpers"), content.get("credsStore")
    return _AuthFile(
        path,
        auths if isinstance(auths, dict) else {},
        helpers if isinstance(helpers, dict) else {},
        store if isinstance(store, str) else "",
    )


def _helper_keys(domain: str) -> tuple[str, ...]:
    return (_HUB_KEY, "index.docker.io", DOCKER_HUB) if domain == DOCKER_HUB else (domain,)


def _entry(auths: Mapping[str, object], domain: str, path: str) -> Mapping[str, object] | None:
    """Return the entry of the longest namespace that holds the repository (podman), else of the registry (Docker)."""
    names = [f"{domain}/{path}"]
    while "/" in names[-1]:
        names.append(names[-1].rpartition("/")[0])
    known = {_key_name(key): entry for key, entry in reversed(list(auths.items()))}
    for name in names:
        entry = known.get(name)
        if isinstance(entry, dict) and entry:
            return entry
    return None


def _key_name(key: str) -> str:
    """Return `host[:port]` of an address such as https://host/v1/; `host/namespace` as it is."""
    bare = key.partition("://")[2] if "://" in key else key
    host, _, path = bare.partition("/")
    host = canonical_domain(host)
    if "://" in key or path.strip("/") in ("", "v1", "v2"):
        return host
    return f"{host}/{path.strip('/')}"


def _read(entry: Mapping[str, object], domain: str, path: Path) -> Credential:
    import base64

    texts = {key: value for key, value in entry.items() if isinstance(value, str)}
    user, password = texts.get("username", ""), texts.get("password", "")
    if texts.get("auth"):
        try:
            user, colon, password = base64.b64decode(texts["auth"], validate=True).decode().partition(":")
        except ValueError:
            colon = ""
        if not colon:
            raise RegistryError(f"{path}: the auth of {domain} is not user:password in base64") from None
        password = password.rstrip("\0")
    identity, registry = texts.get("identitytoken", ""), texts.get("registrytoken", "")
    if not (password or identity or registry):
        return ANONYMOUS
    return Credential(user, password, identity, registry, source=str(path))
