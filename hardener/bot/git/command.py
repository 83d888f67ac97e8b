"""Runs git with its configuration nailed down: no hook, filter, credential helper or address of another kind."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from hardener.errors import HardenError
from hardener.fast.records import dataclass, field
from hardener.output.escape import shown

#: a clone or push that takes longer is given up, in seconds
_TIME = 900
#: what goes over from this machine: where programs, certificates and proxies are
_KEPT = frozenset({"PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_EXEC_PATH"})
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


class GitError(HardenError):
    """Git could not do it; the text never holds a token."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who git is for a forge: a name and a token, sent to the origin of one address only."""

    url: str
    user: str
    token: str = field(repr=False)

    def config(self) -> list[tuple[str, str]]:
        """Return the configuration that sends the token; it goes by the environment, which others cannot list."""
        address = urlsplit(self.url)
        name = base64.b64encode(f"{self.user}:{self.token}".encode()).decode("ascii")
        return [(f"http.{address.scheme}://{address.netloc}/.extraHeader", f"Authorization: Basic {name}")]


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder.

    Attributes:
        folder: where it runs; its home is nowhere, so that it finds no .netrc of a user or of a repository.
        access: for what talks to the forge; None for what does not.
        identity: name and address of who commits.
    """

    folder: Path
    access: Access | None = None
    identity: tuple[str, str] = ("harden", "harden@localhost")

    def run(self, *arguments: str, stdin: bytes | None = None, to_forge: bool = False, at: str = "") -> bytes:
        """Run git and return what it prints.

        Args:
            arguments: of git; never a secret.
            stdin: what it reads.
            to_forge: whether it may talk to the forge, with the token.
            at: time of a commit, in git's form.

        Raises:
            GitError: it failed, or took too long.
        """
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=self._environment(to_forge=to_forge, at=at),
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                timeout=_TIME,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]}: not done after {_TIME} s") from None
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from None
        if done.returncode:
            raise GitError(f"git {arguments[0]}: {self._last_line(done.stderr)}")
        return done.stdout

    def records(self, *arguments: str) -> Iterator[bytes]:
        """Yield what git prints between NUL bytes, as it comes; git ends where nobody takes any more.

        Raises:
            GitError: it failed.
        """
        env = self._environment(to_forge=False, at="")
        try:
            git = subprocess.Popen(
                ["git", *arguments], cwd=self.folder, env=env,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from None
        with git:
            try:
                rest = b""
                while data := cast("IO[bytes]", git.stdout).read(1 << 16):
                    *whole, rest = (rest + data).split(b"\0")
                    yield from whole
                code = git.wait()
            except GeneratorExit:
                git.kill()
                raise
        if code or rest:
            raise GitError(f"git {arguments[0]}: it ended with code {code}")

    def text(self, *arguments: str) -> str:
        """Return what git prints as text without the last newline; see `run`."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def _last_line(self, stderr: bytes) -> str:
        lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("fatal:", "error:", " !"))] or lines[-1:]
        text = shown(" ".join(told))[:500]
        return text.replace(self.access.token, "***") if self.access and self.access.token else text

    def _environment(self, *, to_forge: bool, at: str) -> dict[str, str]:
        name, mail = self.identity
        env = {key: value for key, value in os.environ.items() if key in _KEPT or key.lower() in _PROXIES}
        env |= {"HOME": os.devnull, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_ATTR_NOSYSTEM": "1"}
        env |= {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail, "GIT_NO_REPLACE_OBJECTS": "1"}
        env |= {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": mail, "GIT_OPTIONAL_LOCKS": "0"}
        if at:
            env |= {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        pairs = [*_NAILED, *self._transport(to_forge=to_forge)]
        env["GIT_CONFIG_COUNT"] = str(len(pairs))
        for number, (key, value) in enumerate(pairs):
            env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return env

    def _transport(self, *, to_forge: bool) -> list[tuple[str, str]]:
        """Return what may be talked to: one scheme where the forge is meant, nothing at all elsewhere."""
        if not to_forge or self.access is None:
            return []
        scheme = urlsplit(self.access.url).scheme
        return [(f"protocol.{scheme}.allow", "always"), *(self.access.config() if self.access.token else [])]


#: above all that the configuration of a clone could say
_NAILED = (
    ("protocol.allow", "never"),
    ("http.followRedirects", "false"),
    ("credential.helper", ""),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", os.devnull),
    ("core.excludesFile", os.devnull),
    ("core.autocrlf", "false"),
    ("core.protectNTFS", "true"),
    ("core.protectHFS", "true"),
    ("core.quotePath", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    # a server that says nothing for so long, in seconds, has gone: a transfer has no other end of its own
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "300"),
    ("maintenance.auto", "false"),
    ("commit.gpgSign", "false"),
    ("filter.lfs.process", ""),
    ("filter.lfs.smudge", ""),
    ("filter.lfs.clean", ""),
    ("filter.lfs.required", "false"),
    ("diff.external", ""),
    ("advice.detachedHead", "false"),
    ("init.defaultBranch", "main"),
)
