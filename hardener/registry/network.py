"""Which certificates are trusted for a host and which proxy leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.errors import ConfigError
from hardener.fast.recording import recording
from hardener.registry.folders import home_of
from hardener.registry.hosts import in_network, is_loopback, split_port
from hardener.registry.model import RegistrySettings

if TYPE_CHECKING:
    import ssl


def certificate_folder(host: str, settings: RegistrySettings) -> Path | None:
    """Return the first folder of certificates for `host[:port]`, laid out as Docker's certs.d; None without one."""
    for parent in _parents(settings):
        if (parent / host).is_dir():
            return parent / host
    return None


def _parents(settings: RegistrySettings) -> Iterable[Path]:
    if settings.certificate_dirs is not None:
        return settings.certificate_dirs
    env = settings.env
    config = Path(env["XDG_CONFIG_HOME"]) if env.get("XDG_CONFIG_HOME") else home_of(env) / ".config"
    system = (Path("/etc/docker/certs.d"), Path("/etc/containers/certs.d"))
    return (config / "docker/certs.d", config / "containers/certs.d", *system)


def tls_context(folder: Path | None, settings: RegistrySettings, *, verify: bool) -> ssl.SSLContext:
    """Return the TLS context for a host.

    Args:
        folder: `*.crt` are trusted authorities, `NAME.cert` with `NAME.key` is a certificate of the client.
        settings: holds `ca_file`.
        verify: False accepts any certificate.

    Raises:
        ConfigError: a file that holds no certificate or key.
    """
    import ssl

    record = recording()
    if record is not None:
        record.refuse("certificates are read")  # by OpenSSL, which no record sees
    context = ssl.create_default_context()
    usual = ssl.get_default_verify_paths()
    if usual.cafile is None and usual.capath is None:
        import certifi  # comes with httpx; for a Python without the system's certificates

        context.load_verify_locations(certifi.where())
    authorities = sorted(folder.glob("*.crt")) if folder else []
    for path in [*authorities, *([settings.ca_file] if settings.ca_file else [])]:
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError):
            raise ConfigError(f"{path}: cannot be read as certificates in PEM form") from None
    for path in sorted(folder.glob("*.cert")) if folder else []:
        try:
            context.load_cert_chain(path, path.with_suffix(".key"))
        except (OSError, ssl.SSLError):
            raise ConfigError(f"{path}: cannot be used with its .key as a client certificate") from None
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def proxy_for(scheme: str, host: str, env: Mapping[str, str]) -> str | None:
    """Return the proxy that the environment names for `host[:port]`, as Go's programs read it; None without one."""
    name, port = split_port(host)
    proxy = _either(env, f"{scheme}_proxy") or _either(env, "all_proxy")
    if not proxy or is_loopback(host):
        return None
    port = port or {"https": "443", "http": "80"}[scheme]
    if any(_bypasses(entry.strip().lower(), name, port) for entry in _either(env, "no_proxy").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _either(env: Mapping[str, str], name: str) -> str:
    return env.get(name) or env.get(name.upper()) or ""


def _bypasses(entry: str, name: str, port: str) -> bool:
    if not entry:
        return False
    if entry == "*":
        return True
    if "/" in entry:
        return in_network(name, entry)
    wanted, wanted_port = split_port(entry) if entry.count(":") <= 1 or entry.startswith("[") else (entry, "")
    if wanted_port and wanted_port != port:
        return False
    bare = wanted.removeprefix("*").removeprefix(".")
    return name.endswith(f".{bare}") or (name == bare and not wanted.startswith((".", "*.")))
