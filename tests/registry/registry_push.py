"""Push small images, so that what the client finds is known beforehand."""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass

import httpx
from registry_servers import OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, PASSWORD, USER, Registry, digest_of


@dataclass
class Pusher:
    """Pushes to one repository."""

    registry: Registry
    repository: str
    client: httpx.Client
    #: what the images say of when they were made, as RFC 3339 has it; "" says nothing
    created: str = ""

    def send(self, method: str, path: str, **rest: object) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.registry.scheme}://{self.registry.host}{path}"
        reply = self.client.request(method, url, **rest)
        if reply.status_code == 401:
            self._login(reply)
            reply = self.client.request(method, url, **rest)
        return reply.raise_for_status()

    def _login(self, reply: httpx.Response) -> None:
        wanted = dict(re.findall(r'(\w+)="([^"]*)"', reply.headers["www-authenticate"]))
        login = httpx.BasicAuth(USER, PASSWORD)
        if "service" not in wanted:
            self.client.auth = login
            return
        query = {"service": wanted["service"], "scope": f"repository:{self.repository}:pull,push"}
        token = self.client.get(wanted["realm"], params=query, auth=login).raise_for_status().json()["token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def blob(self, data: bytes) -> dict[str, object]:
        place = self.send("POST", f"/v2/{self.repository}/blobs/uploads/").headers["location"]
        mark = "&" if "?" in place else "?"
        self.send("PUT", f"{place}{mark}digest={digest_of(data)}", content=data)
        return {"digest": digest_of(data), "size": len(data)}

    def manifest(self, content: dict[str, object], name: str = "") -> dict[str, object]:
        data = json.dumps(content).encode()
        kind = str(content["mediaType"])
        target = f"/v2/{self.repository}/manifests/{name or digest_of(data)}"
        self.send("PUT", target, content=data, headers={"Content-Type": kind})
        return {"mediaType": kind, "digest": digest_of(data), "size": len(data)}

    def base(self, name: str, layers: list[tuple[str, bytes]] | None = None, **whole: object) -> str:
        """Push an image with a configuration and layers (media type and bytes) of its own; return its digest."""
        config = self.blob(json.dumps({"architecture": "amd64", "os": "linux", **whole}).encode())
        rows = [{"mediaType": kind, **self.blob(data)} for kind, data in layers or []]
        content = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": {"mediaType": OCI_CONFIG, **config}}
        return str(self.manifest({**content, "layers": rows}, name)["digest"])

    def image(self, architecture: str = "amd64", note: str = "", name: str = "") -> dict[str, object]:
        config = {"architecture": architecture, "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}
        config |= {"created": self.created} if self.created else {}
        blob = self.blob(json.dumps(config | {"config": {"Labels": {"note": note}}}).encode())
        content = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": {"mediaType": OCI_CONFIG, **blob}}
        return self.manifest({**content, "layers": []}, name)

    def index(self, *names: str, note: str = "") -> str:
        """Push an index of two platforms and an attestation under `names`; return its digest."""
        manifests = [
            {**self.image(arch, note), "platform": {"os": "linux", "architecture": arch, **variant}}
            for arch, variant in (("amd64", {}), ("arm64", {"variant": "v8"}))
        ]
        attestation = {**self.image("unknown", note), "platform": {"os": "unknown", "architecture": "unknown"}}
        content = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [*manifests, attestation]}
        digests = [str(self.manifest(content, name)["digest"]) for name in names]
        return digests[0]


def pusher(registry: Registry, repository: str) -> Pusher:
    verify = ssl.create_default_context(cafile=str(registry.ca_file)) if registry.ca_file else True
    return Pusher(registry, repository, httpx.Client(verify=verify, trust_env=False, timeout=10))
