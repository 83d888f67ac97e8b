"""The ports below 1024 that the program of an image listens on (U11)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.image.start_scripts import Startup
from hardener.image.words import expand
from hardener.knowledge.images import BaseImage
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.syntax.dockerfile.nodes import Expose
from hardener.syntax.dockerfile.views import pairs, ports
from hardener.text import whole

_IN_ARGUMENTS = regex(r"(?:(?<=:)|--?(?:p|port|l|listen)[= ])(\d{2,4})(?=\s|\Z)")
#: variables that tell a program where to listen, not whom to call
_VARIABLE = regex(r"(?:(?:APP|HTTPS?|SERVER|WEB|LISTEN|NODE|FLASK_RUN|ASPNETCORE_HTTPS?)_?)?PORTS?\Z|ASPNETCORE_URLS\Z")
_OF_VARIABLE = regex(r"(?:\A|[:;,])(\d+)(?![\d.])")
#: calls that listen, and what a program takes where nobody names a port
_IN_SOURCES = regex(
    r"""(?:\b(?:ListenAndServe(?:TLS)?|Listen|Start|Run)\(\s*(?:["`]tcp\d?["`]\s*,\s*)?|\bAddr:\s*)["`][\w.]*:(\d+)["`]"""
    r"""|\.listen\(\s*["']?(\d+)\b|\bPORT\W{0,3}\s*(?:\|\||\?\?|,)\s*["']?(\d+)\b"""
    r"""|\.run(?:_app|_simple)?\([^()]*\bport\s*=\s*(\d+)\b|\bserve\([^()]*\bport\s*=\s*(\d+)\b|["'`]0\.0\.0\.0:(\d+)["'`]"""
    r"""|["';]https?://(?:[*+]|0\.0\.0\.0|\[::\]):(\d+)\b|\.bind\(\s*\(\s*["'][\d.:\[\]]+["']\s*,\s*(\d+)\s*\)|\bListenAnyIP\(\s*(\d+)\b"""
)
_IN_SETTINGS = regex(
    r"(?m)^\s*server\.port\s*[:=]\s*(\d+)\b|^server:\s*\n\s+port:\s*(\d+)\b"
    r"|[\"';]https?://(?:[*+]|0\.0\.0\.0|\[::\]):(\d+)\b|^\s*server\.port\s*[:=]\s*\$\{\w+:(\d+)\}|^\s+port:\s*\$\{\w+:(\d+)\}"
    r"|^\s*(?:https?|http-socket|https-socket|socket)\s*=\s*[\w.]*:(\d+)\b"  # of uWSGI
)


@dataclass(frozen=True, slots=True)
class Ports:
    """What is known of the ports that the program listens on.

    Attributes:
        low: those below 1024, (0,) where a variable names one.
        doubt: why they may need root, "" where nothing says so.
        note: what says that they do not.
    """

    low: tuple[int, ...] = ()
    doubt: str = ""
    note: str = ""


def low_ports(
    model: Model, stage: StageModel, image: BaseImage, start: Startup, texts: ContextTexts
) -> tuple[int, ...]:
    """Return the ports below 1024 that file, base image, arguments, callers or sources name; (0,) for a variable.

    Args:
        model: of the file.
        stage: the final one.
        image: what it is built on.
        start: the programs that it starts.
        texts: of the build context.
    """
    named: list[int | None] = list(image.expose) if isinstance(image.expose, tuple) else []
    for link in stage.chain:
        for node in link.node.body:
            named += [port.first for port in ports(node, model.escape)] if isinstance(node, Expose) else []
    if image.family.startswith("dotnet-a") and image.app_user is None:
        from hardener.project.dotnet import serves_web

        named += [80] if serves_web(texts.files) else []  # the port of ASP.NET before 8.0
    found = {port for port in named if port is not None}
    for argv in start.programs:
        found |= {whole(port) for port in _IN_ARGUMENTS.findall(" ".join(argv))}
    found |= {*_of_variables(model, stage)}
    found |= {port for service in services_of(model, stage, texts.files) for port in service.ports}
    low = {port for port in found if port < 1024}
    if not found:
        low = {port for port in _of_context(texts) if 0 < port < 1024}  # nothing else says where it listens
    return tuple(sorted(low)) or ((0,) if None in named else ())


def _of_variables(model: Model, stage: StageModel) -> Iterator[int]:
    for link in stage.chain:
        for node in link.node.body:
            for name, raw in pairs(node, model.escape) if node.name == "ENV" else ():
                value = expand(raw or "", link.states[node].values, model.escape)
                if value and _VARIABLE.match(name):
                    yield from (whole(port) for port in _OF_VARIABLE.findall(value))


def _of_context(texts: ContextTexts) -> Iterator[int]:
    for pattern, found in ((_IN_SOURCES, texts.sources), (_IN_SETTINGS, texts.settings)):
        for text in found:
            for match in pattern.finditer(text):
                yield from (whole(port) for port in match.groups() if port)


__all__ = ["Ports", "low_ports"]
