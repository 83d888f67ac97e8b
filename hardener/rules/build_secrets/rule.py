"""build-secrets (HD309)."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple, TypeVar

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Add, Arg, Copy, Env, Instruction, Run, Stage
from hardener.syntax.dockerfile.views import copy_words, pairs

I = TypeVar("I", bound=Instruction)  # noqa: E741
C = TypeVar("C", Copy, Add)

#: only a cheap look before anything is read
_HINT = regex(r"pass|pwd|token|secret|credential|key", re.IGNORECASE)
_VALUE_HINT = regex(r"://|gh[pousr]_|github_pat_|glpat-|npm_|AKIA|ASIA|xox|sk_live|sk-ant|AIza|pypi-|PRIVATE KEY")
_FILE_HINT = regex(r"id_[rde]|\.(?:env|netrc|pypirc|git-|vault|pgpass|docker|aws|kube)")
#: a literal password that sets the one of an account
_ACCOUNT = regex(
    r"(?:echo|printf)\s+(?:-\w+\s+)*[\"']?[\w.-]+:(?![$\\\"'])[^\s\"'|$]{1,60}[\"']?\s*\|\s*(?:sudo\s+)?chpasswd\b"
    r"|\bchpasswd\s*<<<\s*[\"']?[\w.-]+:(?!\$)\S"
)
_STAYS = "everybody who can pull the image can read a secret in it"
_ELSEWHERE = "pass it when the container starts, or use `RUN --mount=type=secret` in the build"
_ROTATE = "withdraw it, and use `RUN --mount=type=secret`"
_FILE = "mount it where it is needed: `RUN --mount=type=secret,id=…,target=…`"
_PASSWORD = "give the account no password, or set it when the container starts"


class Move(NamedTuple):
    """An ARG with the name of a secret: the RUN that is to get it as a secret, or why not."""

    name: str
    reader: Run | Refusal


class BuildSecrets(Rule):
    """Keep secrets out of the image and its history.

    ## What it does
    Reports secrets that stay in the image: an ENV with a literal password or token, an ARG that is named like one,
    values whose form gives them away (keys of AWS, tokens of GitHub, GitLab and npm, private keys, a password in an
    address), COPY of private keys and `.env`, and passwords for `chpasswd`. An ARG without a default that only one RUN
    names becomes a secret of that RUN.

    ## Why
    ENV and files are in the image. The value of an ARG is in its history (`docker history`) and in the provenance of
    the build. Who can pull the image can read them, and removing them in a later layer does not help.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    ARG API_TOKEN
    RUN fetch-data --token $API_TOKEN /data
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    RUN --mount=type=secret,id=API_TOKEN,env=API_TOKEN fetch-data --token $API_TOKEN /data
    ```

    ## Fix safety
    Unsafe: the build command has to pass the value as `--secret id=API_TOKEN,env=API_TOKEN`, no longer with
    `--build-arg`. Another RUN below may read the variable without naming it. Needs Dockerfile 1.10. A file that the
    RUN writes the secret into is still in the image.

    ## When it only reports
    - C20: the secret is written in the file or copied, or the ARG has a default, several readers or none
    - P45: `# syntax=` names a frontend older than 1.10, or not Docker's own
    """

    code: ClassVar[str] = "HD309"
    name: ClassVar[str] = "build-secrets"
    safety: ClassVar[Safety] = Safety.UNSAFE
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.ARG, Effect.RUN})
    is_always_told: ClassVar[bool] = True

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Arg, Move]:
        """Return each ARG of a stage that is named like a secret, with what is to become of it."""
        found: dict[Arg, Move] = {}
        for stage in model.stages:
            for node in stage.node.body:
                if isinstance(node, Arg) and _HINT.search(node.code):
                    name = _secret_name(model, node)
                    if name:
                        found[node] = _move(model, stage, node, name)
        return found

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Make secrets of the ARGs of a stage that only one RUN reads."""
        plan: dict[Arg, Move] = self.planned
        if not plan:
            return updated
        from hardener.rules.build_secrets.move import moved

        done: dict[Instruction, tuple[Run, str]] = {}
        for node in original.body:
            found = plan.get(node) if isinstance(node, Arg) else None
            if found is None:
                continue
            message = f"the value of the build argument {found.name} stays in {self._place(original)}"
            if isinstance(found.reader, Refusal):
                self.report(node, updated, found.reader, message)
                continue
            doubt = f"the build has to pass it with `--secret id={found.name},env={found.name}`"
            wanted = {**done, node: (found.reader, found.name)}
            new = moved(original, wanted)
            updated = self.rewrite(node, updated, new, message, doubt=doubt)
            done = wanted if updated is new else done
        return updated

    def _place(self, stage: Stage) -> str:
        is_shipped = self.model.stage_of(stage).is_shipped
        return "the history of the image" if is_shipped else "the cache and the provenance of the build"

    def leave_Env(self, original: Env, updated: Env) -> Env:
        """Report the secrets of an ENV."""
        name = _kept(original, self.model.escape) if _HINT.search(original.code) else ""
        if name:
            return self._stays(original, updated, f"ENV keeps a secret, {name}, in the image", _ELSEWHERE)
        return self._value(original, updated)

    def leave_Arg(self, original: Arg, updated: Arg) -> Arg:
        """Report a secret that an ARG has written out; its name is the plan's work."""
        return updated if original in self.planned else self._value(original, updated)

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Report secrets that a RUN has written out."""
        if "chpasswd" in original.code and _ACCOUNT.search(self.model.logical(original).text):
            return self._stays(
                original, updated, "an account gets a password that is written in the Dockerfile", _PASSWORD
            )
        return self._value(original, updated)

    def leave_Copy(self, original: Copy, updated: Copy) -> Copy:
        """Report private keys and lists of secrets that are copied."""
        return self._files(original, updated)

    def leave_Add(self, original: Add, updated: Add) -> Add:
        """Report private keys and lists of secrets that are added, and passwords in addresses."""
        return self._value(original, self._files(original, updated))

    def _stays(self, original: I, updated: I, reason: str, allow: str) -> I:
        return self.report(original, updated, Refusal("C20", reason, allow), _STAYS)

    def _files(self, original: C, updated: C) -> C:
        if not _FILE_HINT.search(original.code) or original.flag("from") is not None:
            return updated
        from hardener.rules.build_secrets.names import is_secret_file

        found = next(filter(is_secret_file, copy_words(original, self.model.escape).sources), None)
        if found is None:
            return updated
        return self._stays(original, updated, f"`{found}` is copied into the image, with the secrets in it", _FILE)

    def _value(self, original: I, updated: I) -> I:
        if not _VALUE_HINT.search(original.code):
            return updated
        from hardener.rules.build_secrets.names import secret_value

        kind = secret_value(original.code)
        return self._stays(original, updated, f"{kind} is written in the Dockerfile", _ROTATE) if kind else updated


def _move(model: Model, stage: StageModel, node: Arg, name: str) -> Move:
    from hardener.rules.build_secrets.move import reader_of

    return Move(name, reader_of(model, stage, node, name))


def _secret_name(model: Model, node: Arg) -> str:
    """Return the first name of an ARG that is a secret's, "" where there is none or its default is no secret."""
    from hardener.rules.build_secrets.names import is_empty, is_literal, is_secret_name

    for name, value in pairs(node, model.escape):
        if is_secret_name(name) and (is_empty(value) or is_literal(value or "")):
            return name
    return ""


def _kept(node: Env, escape: str) -> str:
    """Return the first name of an ENV whose value is a secret that is written out, "" where there is none."""
    from hardener.rules.build_secrets.names import is_literal, is_secret_name

    found = (name for name, value in pairs(node, escape) if is_secret_name(name) and value and is_literal(value))
    return next(found, "")
