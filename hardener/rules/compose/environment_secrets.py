"""environment-secrets (HD525)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.images import base_image
from hardener.knowledge.services import server_of
from hardener.project.compose.model import ComposeService
from hardener.project.secret_names import names_secret
from hardener.rules.compose.base import ServiceReport
from hardener.syntax.image_reference import ImageReference

_PATH = regex(r"/[\w./-]+\Z")
_VARIABLE = "take it from a file that is not in the repository (`env_file:`, or a variable in .env)"
#: what is no secret: switches and empty ones
_PLAIN = ("", "true", "false", "yes", "no", "null", "none", "0", "1")


class EnvironmentSecrets(ServiceReport):
    """Report secrets that are written in the file.

    ## What it does
    Reports variables whose names say that they are secrets, and whose values stand in the compose file (K12). What
    comes from a variable of the host is secret-files' subject.

    ## Why
    Everybody who reads the repository has them, `docker inspect` shows them, and every process that the service
    starts inherits them.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
        environment:
          POSTGRES_PASSWORD: example
    ```
    is reported; with a file it is not
    ```yaml
    services:
      db:
        image: postgres:17
        environment:
          POSTGRES_PASSWORD_FILE: /run/secrets/db_password
        secrets: [db_password]
    secrets:
      db_password:
        file: ./secrets/db_password.txt
    ```

    ## Fix safety
    harden changes nothing here: it writes no file with a secret, and whether one that was in the repository is still
    good only its owner knows. Give the service a new one.

    ## When it only reports
    - K12: always; it says whether the image reads the value from a file
    """

    code = "HD525"
    name = "environment-secrets"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield each variable with a value that looks like a secret."""
        if service.get("environment") is None:
            return
        for text in service.runs.environment:
            name, _, value = text.partition("=")
            if names_secret(name) and not _is_harmless(value):
                yield (
                    ("environment",),
                    f"the value of {name} of `{service.name}` stands in the file",
                    _held(service, name),
                )


def _is_harmless(value: str) -> bool:
    """Tell whether a value is none of its own: a variable without a default, a path, a switch."""
    if value.lower() in _PLAIN or _PATH.match(value):
        return True
    return value.startswith("$") and not _has_default(value)


def _has_default(value: str) -> bool:
    _, sign, default = value.partition("-")
    return bool(sign) and default.rstrip("}") not in _PLAIN


def _held(service: ComposeService, name: str) -> Refusal:
    reference = ImageReference.parse(service.image) if service.build is None else None
    base = base_image(reference) if reference is not None else None
    server = server_of(base.family) if base is not None else None
    if server is not None and name in server.files:
        allow = (
            f"write it as ${{{name}}}, with a new value in .env: secret-files then makes a file of it (`{name}_FILE`)"
        )
        return Refusal("K12", "its image reads the value from a file, too", allow)
    return Refusal("K12", "cannot tell whether its program reads the value from a file", _VARIABLE)
