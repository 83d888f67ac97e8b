"""From a 401 to an Authorization header: Basic, Bearer token, identity token.

The flow is the one of the distribution project's token specification; the scope asked for is always `pull` on the one
repository, whatever the challenge would like to have.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping

from hardener.errors import RegistryError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.registry.credentials import Credential, CredentialStore
from hardener.registry.exchange import Call, Reply
from hardener.registry.hosts import Endpoint
from hardener.registry.model import Deadline
from hardener.registry.transport import Transport

_CHALLENGE = regex(
    r"""(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)\s+(?=[A-Za-z_-]+\s*=)"""  # a scheme, before its first parameter
    r"""|(?<![A-Za-z_-])([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))"""
)
_TOKEN_LIMIT = 1 << 20
#: of a header, in characters; what is behind it is not read
_HEADER_LIMIT = 8192


@dataclass(frozen=True, slots=True)
class Challenge:
    """One WWW-Authenticate challenge of `origin`; the scheme in lower case."""

    origin: str
    scheme: str
    parameters: Mapping[str, str]


def parse_challenges(headers: Iterable[str], origin: str) -> tuple[Challenge, ...]:
    """Return the challenges of WWW-Authenticate headers, several of which may share one."""
    found: list[tuple[str, dict[str, str]]] = []
    for header in (header[:_HEADER_LIMIT] for header in headers):
        if re.fullmatch(r"\s*[A-Za-z]+\s*", header):  # "Basic" alone, without a realm
            found.append((header.strip().lower(), {}))
            continue
        for match in _CHALLENGE.finditer(header):
            scheme, name, quoted, bare = match.groups()
            if scheme:
                found.append((scheme.lower(), {}))
            elif found:
                value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
                found[-1][1].setdefault(name.lower(), value)
    return tuple(Challenge(origin, scheme, parameters) for scheme, parameters in found)


@dataclass(slots=True)
class _Grant:
    """The header that opens one repository, shared by all threads that need it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    header: str = field(default="", repr=False)


class Authorizer:
    """Gets one token for each registry and repository, however many threads ask.

    Args:
        transport: also reaches the token servers.
        store: the user's credentials.
    """

    def __init__(self, transport: Transport, store: CredentialStore) -> None:
        self._transport = transport
        self._store = store
        self._lock = threading.Lock()
        self._grants: defaultdict[tuple[str, str], _Grant] = defaultdict(_Grant)
        #: what a host wanted the last time, so that its other repositories need no 401 of their own
        self._challenges: dict[str, Challenge] = {}
        self._credentials: dict[tuple[str, str], Credential] = {}

    def header(self, endpoint: Endpoint, repository: str, deadline: Deadline) -> str:
        """Return the header to begin with: of a known token or a known way to one, "" where neither is known."""
        grant = self._grant(endpoint, repository)
        known = self._challenges.get(endpoint.host)
        if grant.header or known is None:
            return grant.header
        if known.scheme == "basic" and not self._credential(endpoint, repository).basic:
            return ""  # perhaps this one is public
        with grant.lock:
            if not grant.header:
                grant.header = self._earn(known, endpoint, repository, deadline)
            return grant.header

    def answer(self, reply: Reply, sent: str, endpoint: Endpoint, repository: str, deadline: Deadline) -> str:
        """Return the header that may open what answered 401 to the header `sent`.

        Raises:
            RegistryError: there is no way in, or the token server refused.
        """
        challenges = {c.scheme: c for c in reversed(parse_challenges(reply.challenges, reply.origin))}
        challenge = challenges.get("bearer") or challenges.get("basic")
        if challenge is None:
            raise RegistryError(f"{endpoint.host} wants a kind of login that is not supported")
        grant = self._grant(endpoint, repository)
        with grant.lock:
            if grant.header in ("", sent):  # no other thread was faster
                grant.header = ""
                grant.header = self._earn(challenge, endpoint, repository, deadline)
                self._challenges[endpoint.host] = challenge
            return grant.header

    def refusal(self, endpoint: Endpoint, repository: str) -> str:
        """Return the clause that says why `repository` stays closed."""
        source = self._credential(endpoint, repository).source
        if source:
            return f"{endpoint.host} refuses {repository} to the login of {source}"
        return f"{endpoint.host} refuses {repository} to anonymous users: it is private or does not exist"

    def _grant(self, endpoint: Endpoint, repository: str) -> _Grant:
        with self._lock:
            return self._grants[endpoint.host, repository]

    def _credential(self, endpoint: Endpoint, repository: str) -> Credential:
        key = (endpoint.domain, repository)
        with self._lock:  # a helper may ask the user for a password: one at a time
            if key not in self._credentials:
                self._credentials[key] = self._store.find(endpoint.domain, repository)
            return self._credentials[key]

    def _earn(self, challenge: Challenge, endpoint: Endpoint, repository: str, deadline: Deadline) -> str:
        credential = self._credential(endpoint, repository)
        if challenge.scheme == "basic":
            if not credential.basic:
                raise RegistryError(self.refusal(endpoint, repository))
            return credential.basic
        if credential.registry_token:
            return _bearer(credential.registry_token, endpoint)
        return self._token(challenge, credential, endpoint, repository, deadline)

    def _token(
        self,
        challenge: Challenge,
        credential: Credential,
        endpoint: Endpoint,
        repository: str,
        deadline: Deadline,
    ) -> str:
        realm = challenge.parameters.get("realm", "")
        if not realm.startswith(("https://", "http://")):
            raise RegistryError(f"{endpoint.host} names no token server")
        if challenge.origin.startswith("https://") and not realm.startswith("https://"):
            raise RegistryError(f"{endpoint.host} names a token server without TLS")
        query = {"scope": f"repository:{repository}:pull"}
        if "service" in challenge.parameters:
            query["service"] = challenge.parameters["service"]
        same_host = realm.startswith(f"{challenge.origin}/")
        call = _token_call(realm, query, credential, verify=endpoint.verify or not same_host)
        reply = self._transport.send(call, deadline)
        if reply.status in (400, 401, 403):
            raise RegistryError(f"the token server of {self.refusal(endpoint, repository)}")
        if reply.status != 200:
            raise RegistryError(f"the token server of {endpoint.host} answered {reply.status}")
        try:
            answer = json.loads(reply.body)
            token = answer.get("token") or answer.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        return _bearer(token, endpoint)


def _token_call(realm: str, query: Mapping[str, str], credential: Credential, *, verify: bool) -> Call:
    if credential.identity_token:
        form = {**query, "client_id": "harden", "grant_type": "refresh_token"}
        form["refresh_token"] = credential.identity_token
        return Call("POST", realm, _TOKEN_LIMIT, form=form, verify=verify)
    from urllib.parse import urlencode

    url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
    return Call("GET", url, _TOKEN_LIMIT, authorization=credential.basic, verify=verify)


def _bearer(token: object, endpoint: Endpoint) -> str:
    """Return the header for `token`, which must be one that a header can hold."""
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise RegistryError(f"the token server of {endpoint.host} sent no usable token")
    return f"Bearer {token}"
