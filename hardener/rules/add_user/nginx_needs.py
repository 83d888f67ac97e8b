"""What nginx needs to start without root, by its settings (U09)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.file_contents import in_context
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.setting_files import SettingFiles
from hardener.project.context import Files
from hardener.project.nginx_settings import Directive, read_nginx, with_includes
from hardener.rules.add_user.server import Server, environment, has_scripts
from hardener.text import is_number, whole

_LISTEN = regex(r"(?:\[[^\]]*\]|[^\s:\[\]]*)(?::(\d+|\$\{?\w+\}?))?\Z")
_VARIABLE = regex(r"\$\{(\w+)\}|\$(\w+)")
#: folders that the master makes at start
_MADE = regex(r"(?:client_body|proxy|fastcgi|uwsgi|scgi)_temp_path\Z|\w+_cache_path\Z")
#: files that only the master reads, and that belong to root as a rule
_KEYS = ("ssl_certificate_key", "proxy_ssl_certificate_key", "ssl_password_file", "ssl_session_ticket_key")
#: modules that write or read files which no directive of nginx names
_OTHERS = regex(r"lua|js_|perl|modsecurity|passenger|pagespeed|more_set_user|auth_pam|ssl_engine|google_perftools")
_STREAM = regex(r"/dev/(?:stdout|stderr|null)\Z|/proc/self/fd/\d\Z|syslog:|memory:|stderr\Z|off\Z")
_PORT = "write `listen 80;`, or another port"


def nginx_needs(model: Model, stage: StageModel, out: Server, settings: SettingFiles, files: Files) -> Refusal | None:
    """Add to `out` what the settings of nginx ask for; return why it has to stay root's."""
    facts = out.facts
    untouched = f"{facts.output}/default.conf"
    scripts = has_scripts(stage, facts)
    if scripts:
        _templates(model, stage, out, settings)
    main, more = _arguments(out)
    found = with_includes(main, settings.texts, facts.harmless)
    directives = (*found.directives, *more)
    if found.unknown:
        out.doubts(f"cannot tell what {found.unknown[0]} says")
    if scripts and untouched in found.files and settings.texts.get(untouched) == facts.stock[untouched]:
        out.gives_all(facts.output)  # the entry point adds IPv6 there
    every = tuple(one for directive in directives for one in directive.every())
    if not any(one.name == "pid" for one in every):
        out.files.append(facts.pid)
    for one in every:
        refusal = _directive(model, stage, one, out, files)
        if refusal is not None:
            return refusal
    return _ports(every, out, environment(model, stage), known=not (found.unknown or settings.doubt))


def _arguments(out: Server) -> tuple[str, tuple[Directive, ...]]:
    """Return the main file, and the directives of `-g`."""
    main = out.facts.main
    more: tuple[Directive, ...] = ()
    words = out.argv[1:]
    for option, value in zip(words, (*words[1:], ""), strict=False):
        if option == "-c":
            main = posixpath.normpath(posixpath.join(out.facts.settings, value))
        elif option == "-g":
            read = read_nginx(value.strip() if value.strip().endswith(";") else f"{value};")
            more = read or ()
            if read is None:
                out.doubts(f"cannot read `-g {value[:40]}`")
        elif option in ("-p", "-e"):
            out.doubts(f"nginx is started with {option}")
    return main, more


def _templates(model: Model, stage: StageModel, out: Server, settings: SettingFiles) -> None:
    """Add the settings that the entry point makes from templates, with what ENV says put in."""
    facts, values = out.facts, environment(model, stage)
    for path in sorted(settings.texts):
        if not is_within(path, facts.templates):
            continue
        if not path.endswith(".template"):
            if path.endswith(".stream-template"):
                out.doubts(f"{path} is made into a block of nginx.conf")
            continue
        text = settings.texts[path]
        place = posixpath.join(facts.output, posixpath.relpath(path, facts.templates)).removesuffix(".template")
        settings.texts[place] = text and _VARIABLE.sub(lambda found: values.get(found[1] or found[2]) or found[0], text)
        out.gives_all(facts.output)


def _directive(model: Model, stage: StageModel, one: Directive, out: Server, files: Files) -> Refusal | None:
    """Add what one directive asks for."""
    first = one.arguments[0] if one.arguments else ""
    if one.name == "user":
        if first == "root":
            return Refusal("U20", "the settings of nginx say `user root`, so its workers may need root", "take it out")
        if first != out.facts.user:
            out.doubts(f"the settings of nginx say `user {first}`")
    elif one.name == "pid" and first != "off":
        _pid(first, out)
    elif one.name in ("error_log", "access_log"):
        if "$" not in first and not _STREAM.match(first) and first not in out.facts.streams:
            _makes(first, posixpath.dirname(first), "a log lies", out)
    elif _MADE.match(one.name):
        _folder(model, stage, first, out)
    elif one.name in _KEYS:
        return _key(model, stage, first, files)
    elif one.name == "worker_priority" and first.startswith("-"):
        out.doubts("`worker_priority` below 0 needs root")
    elif one.name.endswith("_bind") and "transparent" in one.arguments:
        return Refusal("U20", f"`{one.name} … transparent` needs root", "")
    elif _OTHERS.search(one.name):
        out.doubts(f"cannot tell what `{one.name}` writes")
    return None


def _pid(path: str, out: Server) -> None:
    place = f"/run{path[8:]}" if is_within(path, "/var/run") else path
    if posixpath.dirname(place) == "/run":
        out.files.append(place)
    else:
        _makes(place, posixpath.dirname(place), "the pid file lies", out)


def _makes(path: str, folder: str, what: str, out: Server) -> None:
    """Note a folder in which the master makes a file; paths from nginx's own folder on are not followed."""
    if path.startswith("/") and "$" not in path:
        out.gives(folder, what)
    else:
        out.doubts(f"{what} at {path}")


def _folder(model: Model, stage: StageModel, path: str, out: Server) -> None:
    """Note a cache folder: nginx makes one in a folder that it may write, unless a RUN made it as root."""
    runs = (node for link in stage.chain for node in link.node.body if node.name == "RUN")
    if posixpath.dirname(path) in out.facts.folders and not any(path in model.logical(node).text for node in runs):
        return
    _makes(path, path, "a cache lies", out)


def _key(model: Model, stage: StageModel, path: str, files: Files) -> Refusal | None:
    """Return why a private key may be closed to the user; a variable is read by the workers, as before."""
    if not path or "$" in path or path.startswith(("data:", "engine:")):
        return None
    place = posixpath.normpath(posixpath.join("/etc/nginx", path))
    name = in_context(model, stage, place, files)
    known = files.file(name) if name is not None else None
    if known is not None and known.mode & 0o004:
        return None
    return Refusal("U07", f"only root may be able to read the key {place}", "let the user read it, and add USER")


def _ports(every: tuple[Directive, ...], out: Server, values: dict[str, str], *, known: bool) -> Refusal | None:
    """Add the ports; a server that names none listens on 80 with root, and on 8000 without."""
    ports: list[int] = []
    for one in every:
        if one.name == "server" and one.block is not None:
            listens = [inner for inner in one.block if inner.name == "listen"]
            if not listens:
                why = "a server of nginx names no port: it would listen on 8000 instead of 80 without root"
                return Refusal("U09", why, _PORT)
            for listen in listens:
                ports += _listened(listen.arguments[0] if listen.arguments else "", out, values)
    out.ports = sorted(set(ports)) if known and ports else None
    return None


def _listened(word: str, out: Server, values: dict[str, str]) -> Iterator[int]:
    if word.startswith("unix:"):
        out.gives(posixpath.dirname(word[5:]), "a socket lies")
        return
    word = _VARIABLE.sub(lambda found: values.get(found[1] or found[2]) or found[0], word)
    if is_number(word):
        yield whole(word)
        return
    found = _LISTEN.match(word)
    port = found[1] if found else None
    if found is not None and port is None and "$" not in word:
        yield 80  # an address alone
    else:
        yield whole(port) if port and re.match(r"\d+\Z", port) else 0


__all__ = ["nginx_needs"]
