"""What Apache httpd and PHP-FPM need to start without root, by their settings (U10)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.setting_files import SettingFiles
from hardener.project.apache_settings import read_apache
from hardener.rules.add_user.server import Server
from hardener.text import is_number

_STREAM = regex(r"\||syslog|/proc/self/fd/\d\Z|/dev/(?:stdout|stderr|null)\Z")
_TLS = regex(r"\ba2en(?:mod|site)\b[^&|;]*\b(?:default-)?ssl\b")
_FPM = regex(r"(?m)^[ \t]*([a-z_.]+)[ \t]*=[ \t]*[\"']?([^\s\"';]*)")
#: modules that keep files which the master makes, or change users
_OTHERS = frozenset(
    """
    scriptsock mutex scoreboardfile defaultruntimedir lockfile coredumpdirectory chrootdir cacheroot davlockdb
    rewritemap assignuserid securityauditlog secauditlog secdatadir passengerroot wsgisocketprefix cgidscriptsock
    """.split()  # noqa: SIM905 (a table of words reads better)
)


def apache_needs(model: Model, stage: StageModel, out: Server, settings: SettingFiles) -> Refusal | None:
    """Add to `out` what the settings of Apache httpd ask for; return why it has to stay root's."""
    runs = (node for link in stage.chain for node in link.node.body if node.name == "RUN")
    if any(_TLS.search(model.logical(node).text) for node in runs):
        return Refusal("U07", "a RUN turns TLS on, and only root may be able to read the key", "add USER yourself")
    ports: list[int] = []
    for path, text in sorted(settings.texts.items()):
        if not is_within(path, out.facts.settings):
            continue
        if text is None:
            out.doubts(f"cannot tell what {path} says")
            continue
        for name, arguments in read_apache(text):
            if name == "listen":
                ports.append(_port(arguments[0] if arguments else ""))
                continue
            refusal = _directive(name, arguments[0] if arguments else "", out)
            if refusal is not None:
                return refusal
    out.ports = sorted(set(ports)) if ports and not out.doubt else None
    return None


def _port(word: str) -> int:
    port = word.rpartition(":")[2]
    return int(port) if is_number(port) else 0


def _directive(name: str, first: str, out: Server) -> Refusal | None:
    if name == "user" and first in ("root", "#0"):
        return Refusal("U20", "the settings of httpd say `User root`, so its workers may need root", "take it out")
    if name == "user" and first not in (out.facts.user, "${APACHE_RUN_USER}"):
        out.doubts(f"the settings of httpd say `User {first}`")
    elif name in ("errorlog", "customlog", "transferlog", "pidfile", "sslsessioncache"):
        place = posixpath.dirname(first)
        if not _STREAM.match(first) and not any(
            place == free or place.startswith(f"{free}/") for free in out.facts.free
        ):
            out.gives(place, "httpd makes a file") if first.startswith("/") else out.doubts(f"httpd makes {first}")
    elif name == "sslcertificatekeyfile":
        return Refusal("U07", f"only root may be able to read the key {first}", "let the user read it, and add USER")
    elif name in ("include", "includeoptional") and first.startswith("/") and not is_within(first, out.facts.settings):
        out.doubts(f"cannot tell what {first} says")
    elif name in _OTHERS:
        out.doubts(f"cannot tell what `{name}` writes")
    return None


def fpm_needs(_: Model, stage: StageModel, out: Server, settings: SettingFiles) -> Refusal | None:
    """Add to `out` what the settings of PHP-FPM ask for; return why it has to stay root's."""
    if {"-R", "--allow-to-run-as-root"} & set(out.argv):
        return Refusal("U20", "`php-fpm -R` lets its workers run as root", "take -R out")
    ports: list[int] = []
    for path, text in sorted(settings.texts.items()):
        if text is None:
            out.doubts(f"cannot tell what {path} says")
            continue
        for found in _FPM.finditer(text):
            _pool(found[1], found[2], ports, out)
    out.ports = sorted(set(ports)) if ports and not out.doubt else None
    return None


def _pool(name: str, value: str, ports: list[int], out: Server) -> None:
    """Add what one line of a pool asks for: without root a user of its own and the owner of a socket do not count."""
    if name == "listen":
        if value.startswith("/"):
            out.doubts(f"PHP-FPM makes the socket {value}, and may give it to another user")
        else:
            ports.append(_port(value))
    elif name == "user" and value != out.facts.user:
        out.doubts(f"a pool of PHP-FPM runs as {value}")
    elif name in ("error_log", "access.log", "slowlog", "pid") and not _STREAM.match(value):
        out.gives(posixpath.dirname(value), "PHP-FPM makes a file") if value.startswith("/") else out.doubts(
            f"PHP-FPM makes {value}"
        )
    elif name in ("chroot", "process.priority", "listen.owner"):
        out.doubts(f"`{name}` of PHP-FPM needs root")


__all__ = ["apache_needs", "fpm_needs"]
