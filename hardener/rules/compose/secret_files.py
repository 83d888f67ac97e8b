"""secret-files (HD515)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.of_service import image_of
from hardener.image.service_process import server_in
from hardener.project.compose.handed_over import used
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.project.secret_names import names_secret
from hardener.rules.base import Safety
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, extend, put
from hardener.syntax.yaml import Mapping, Scalar, Sequence
from hardener.syntax.yaml.changes import Change
from hardener.syntax.yaml.scalars import truth

#: the whole value: a variable of the host, with or without a message for the case that it has none
_VALUE = regex(r"\$(?:(\w+)|\{(\w+)(:?\?[^{}]*)?\})\Z")
_FOLDER = "/run/secrets"
_MESSAGE = "the environment of `{}` holds a secret that its image can also read from a file"
_SWARM = "a swarm takes no secrets from environment variables"


class SecretFiles(ServiceRule):
    """Give secrets to a service as files.

    ## What it does
    A secret that comes from a variable of the host moves from `environment` to `secrets:`, and the service gets the
    variable that names its file, where the image is known to read it: postgres, mysql, mariadb and mongo, for
    passwords (K12). The value still comes from the same variable or the same line of .env. A service with
    `read_only: true` gets the secret from a file below ./secrets: Compose copies variables into the container, which
    Docker refuses there (K01).

    ## Why
    Every process that the service starts inherits its environment, crash reports print it, and `docker inspect` shows
    it.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
        environment:
          POSTGRES_USER: shop
          POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17
        environment:
          POSTGRES_USER: shop
          POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password
        secrets:
          - postgres_password
    secrets:
      postgres_password:
        environment: POSTGRES_PASSWORD
    ```

    ## Fix safety
    Needs Docker Compose 2.6 or later. Commands that somebody runs in the container (`docker compose exec db sh -c …`)
    no longer see the variable; they can read the file. Unsafe where nothing shows that the variable has a value, for
    Compose then does not start, and where somebody has to write the file.

    ## When it only reports
    - K12: the health check or the command uses the variable; the image takes it from `env_file` too; a secret of this
      name is there already
    - K20: a development service
    - K22: the service is described in another file
    - K23: the environment is taken over by others through an anchor
    - K26: the file may be for a swarm, which knows no secrets from variables
    """

    code = "HD515"
    name = "secret-files"
    safety = Safety.HARDENING
    keys = ("environment", "secrets")
    reads = (*RUNS, "environment", "env_file", "secrets", "read_only")
    after = ("read-only-root",)
    missing = _MESSAGE

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether a secret comes from a variable of the host."""
        return bool(_moved(service))

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the change of all secrets of a service that its image reads from files."""
        server = server_in(image_of(service, files))
        found = [one for one in _moved(service) if server is not None and one.name in server.files]
        if not found:
            return
        message = _MESSAGE.format(service.name)
        held = _held(service, model, found, files)
        if held is not None:
            yield cls.report(service, message, held, at=("environment",))
            return
        as_file = truth(service.text("read_only")) is True
        definitions = {one.secret: _definition(one, as_file=as_file) for one in found}
        changes = (
            *(change for one in found for change in _named(service, one)),
            *extend(service, "secrets", tuple(one.secret for one in found)),
            *_defined(model, service.document, definitions),
        )
        doubt = _doubt(found, files, as_file=as_file)
        yield cls.rewrite(service, message, *changes, at=("environment",), doubt=doubt)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A variable of a service that moves.

    Attributes:
        name: in the container.
        host: the variable of the host that has its value.
        index: of its item in a list; "" in a mapping.
        is_asked: Compose does not start without it today.
    """

    name: str
    host: str
    index: str
    is_asked: bool

    @property
    def secret(self) -> str:
        """What the secret is called."""
        return self.host.lower()

    @property
    def path(self) -> str:
        """Where it lies in the container."""
        return f"{_FOLDER}/{self.secret}"


def _moved(service: ComposeService) -> tuple[_Moved, ...]:
    """Return the secrets among the variables of a service whose value is one variable of the host."""
    found = []
    for index, name, value in _variables(service):
        match = _VALUE.match(value) if value is not None else None
        host = name if value is None else (match[1] or match[2]) if match is not None else ""
        if names_secret(name) and host:
            found.append(_Moved(name, host, index, is_asked=match is not None and bool(match[3])))
    return tuple(found)


def _variables(service: ComposeService) -> Iterator[tuple[str, str, str | None]]:
    """Yield number in the list ("" in a mapping), name and value of each variable; None for one of the host."""
    node = service.get("environment")
    if isinstance(node, Mapping):
        for pair in node.items():
            of_key = service.get("environment", pair.name or "")
            if isinstance(of_key, Scalar):
                yield "", pair.name or "", None if of_key.value is None else of_key.text
    for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        if isinstance(item, Scalar):
            name, sign, value = item.text.partition("=")
            yield str(index), name, value if sign else None


def _held(service: ComposeService, model: ComposeFile, found: list[_Moved], files: Files) -> Refusal | None:
    """Return why the variables have to stay."""
    if model.stack:
        return Refusal("K26", f"{_SWARM}: {model.stack}", "use `external` secrets of the swarm")
    names = {name for _, name, _ in _variables(service)}
    for one in found:
        if f"{one.name}_FILE" in names:
            return Refusal("K12", f"{one.name}_FILE is set too, and its image takes only one", f"take {one.name} out")
        if _is_used(service, one.name):
            return Refusal("K12", f"the service uses ${one.name} in a command", f"let that read {one.path}")
    if service.get("env_file") is not None:
        return Refusal("K12", "its `env_file` may set the variable too", "take it out there, and change this by hand")
    top = model.values[service.document]
    known = top.get("secrets") if isinstance(top, dict) else None
    others = {*used(service, "secrets"), *(known if isinstance(known, dict) else ())}
    taken = next((one.secret for one in found if one.secret in others and not _is_same(one, service, known)), "")
    return Refusal("K12", f"another secret is called `{taken}`", "use that one, or rename it") if taken else None


def _is_same(one: _Moved, service: ComposeService, known: Any) -> bool:
    """Tell whether a secret of that name is the one that would be written, and the service has not got it yet."""
    as_file = truth(service.text("read_only")) is True
    is_there = isinstance(known, dict) and known.get(one.secret) == _definition(one, as_file=as_file)
    return is_there and one.secret not in used(service, "secrets")


def _is_used(service: ComposeService, name: str) -> bool:
    """Tell whether what Compose says of a service names a variable of the container outside of its environment."""
    said = {key: value for key, value in (service.value() or {}).items() if key != "environment"}
    return any(f"$${sign}{name}" in str(said) for sign in ("", "{"))


def _definition(one: _Moved, *, as_file: bool) -> dict[str, str]:
    return {"file": f"./secrets/{one.secret}"} if as_file else {"environment": one.host}


def _named(service: ComposeService, one: _Moved) -> tuple[Change, ...]:
    """Return the changes that name the file in the environment, where the value stood."""
    new = f"{one.name}_FILE"
    if one.index:
        return (put(service, "environment", one.index, value=f"{new}={one.path}"),)
    path = (*service.path, "environment", one.name)
    renamed = Change("rename", path, new, service.document)
    return renamed, put(service, "environment", new, value=one.path)


def _defined(model: ComposeFile, document: int, definitions: dict[str, dict[str, str]]) -> tuple[Change, ...]:
    """Return the changes that define secrets in the file."""
    top = model.values[document]
    known = top.get("secrets") if isinstance(top, dict) else None
    if known is None:
        return (Change("put", ("secrets",), definitions, document),)
    new = {name: said for name, said in definitions.items() if name not in known}
    return tuple(Change("put", ("secrets", name), said, document) for name, said in new.items())


def _doubt(found: list[_Moved], files: Files, *, as_file: bool) -> str:
    """Return what nobody has shown yet."""
    if as_file:
        paths = ", ".join(f"secrets/{one.secret}" for one in found)
        return f"somebody has to write {paths}, readable for the user of the service, and keep it out of the repository"
    for one in found:
        if not one.is_asked and not _is_set(one.host, files):
            return f"cannot tell whether {one.host} has a value, and Compose does not start without"
    return ""


def _is_set(name: str, files: Files) -> bool:
    """Tell whether .env gives a variable a value."""
    lines = (line.strip().removeprefix("export ").partition("=") for line in (files.beside(".env") or "").splitlines())
    return any(key.strip() == name and value.strip(" '\"") != "" for key, _, value in lines)
