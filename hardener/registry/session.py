"""One authorised request to a registry: find its scheme, answer its 401, put its refusal into words."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import IO

from hardener.errors import RegistryError
from hardener.registry.auth import Authorizer
from hardener.registry.exchange import Call, Reply
from hardener.registry.hosts import Endpoint
from hardener.registry.model import Deadline, NoConnection, NotFound, UntrustedCertificate
from hardener.registry.transport import Transport

_PROBE_LIMIT = 1 << 16


class Session:
    """Requests to the registries of a run.

    Args:
        transport: sends them.
        authorizer: finds the way in.
    """

    def __init__(self, transport: Transport, authorizer: Authorizer) -> None:
        self.transport = transport
        self._authorizer = authorizer
        self._lock = threading.Lock()
        self._probes: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._schemes: dict[str, str] = {}

    def send(
        self,
        method: str,
        place: Endpoint,
        repository: str,
        target: str,
        deadline: Deadline,
        *,
        limit: int,
        headers: Mapping[str, str] | None = None,
        into: IO[bytes] | None = None,
    ) -> Reply:
        """Return the answer to `method /v2/<repository>/<target>`, its body in the file `into` where there is one.

        Raises:
            NotFound: the registry does not have it.
            RegistryError: it refuses or fails; the text holds no credential.
        """
        repository = place.prefix + repository
        url = f"{self._scheme(place, deadline)}://{place.host}/v2/{repository}/{target}"
        sent = self._authorizer.header(place, repository, deadline)
        call = Call(method, url, limit, headers or {}, sent, verify=place.verify, into=into)
        reply = self.transport.send(call, deadline)
        if reply.status == 401 and not reply.redirected:
            sent = self._authorizer.answer(reply, sent, place, repository, deadline)
            call = Call(method, url, limit, headers or {}, sent, verify=place.verify)
            reply = self.transport.send(call, deadline)
        if reply.status in (401, 403):
            raise RegistryError(self._authorizer.refusal(place, repository))
        if reply.status == 404:
            raise NotFound(f"{place.host} does not have {repository} {target.rpartition('/')[2]}")
        return reply

    def _scheme(self, place: Endpoint, deadline: Deadline) -> str:
        """Return "https", or "http" for an insecure place where nothing speaks TLS, as Docker does."""
        if place.scheme:
            return place.scheme
        with self._lock:
            probe = self._probes[place.host]
        with probe:  # one thread looks, the others wait for what it finds
            if place.host not in self._schemes:
                self._schemes[place.host] = self._probe(place, deadline)
            return self._schemes[place.host]

    def _probe(self, place: Endpoint, deadline: Deadline) -> str:
        call = Call("GET", f"https://{place.host}/v2/", _PROBE_LIMIT, verify=place.verify, attempts=1)
        try:
            self.transport.send(call, deadline)
        except UntrustedCertificate:
            return "https"  # and the request itself will say so
        except NoConnection as error:
            # it is the same port without TLS
            self.transport.health.gave_up(f"http://{place.host}", str(error), unreachable=True)
        except RegistryError:
            pass
        else:
            return "https"
        return "http"
