"""What stands against another user whatever the program of an image does (U07, U08, U20 to U23)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.data_folders import commands_of
from hardener.image.derived import built_on
from hardener.image.model import Model, StageModel
from hardener.knowledge.images import BaseImage
from hardener.knowledge.inits import must_be_pid1
from hardener.project.context import Files
from hardener.rules.add_user.host_files import by_mounts
from hardener.rules.add_user.root_home import lives_in_home

_CLOSED = r"0?[0-7]?[0-7][0-7][02]\Z"
#: a symbolic mode that takes reading from others, such as `go-rwx`, `a-r` and `o=`
_CLOSES = r"(\A|,)[ug]*[oa][ugoa]*(-\w*[rx]\w*|=w?(,|\Z))"
#: programs that change modes, or make files that are closed to others
_MAKES_MODES = frozenset(("chmod", "umask", "openssl", "ssh-keygen"))
_OPENSHIFT = regex(r"\bchgrp\s+-R\w*\s+(0|root)\b|\bchown\s+-R\w*\s+\S*:(0|root)\b|\bg=u\b|\bg\+rwX?\b")
#: one of these stands in each text that it matches
_OPENSHIFT_HINTS = ("chgrp", "chown", "g=u", "g+rw")
_NGINX = "use an image such as nginxinc/nginx-unprivileged, which listens on 8080"


def whatever_runs(
    model: Model, stage: StageModel, image: BaseImage, files: Files, *, is_served: bool
) -> Refusal | None:
    """Return what stands against another user whatever the program does."""
    if not stage.is_posix:
        return Refusal("Z09", "this is a Windows image, or may be one")
    if files.builds.doubt is not None:
        return files.builds.doubt
    for name in ("action.yml", "action.yaml"):
        known = files.file(name) if files.tree is not None else None
        if known is not None and re.search(rb"using:\s*['\"]?docker", known.head):
            return Refusal("U21", "this is a GitHub action: GitHub runs it as root")
    if any(n.name == "LABEL" and "com.github.actions" in n.text for each in model.stages for n in each.node.body):
        return Refusal("U21", "this is a GitHub action: GitHub runs it as root")
    if files.builds.worked_in is not None:
        return files.builds.worked_in
    if files.has("devcontainer.json"):
        return Refusal("U21", "this is a development container: its tools choose the user")
    why = image.drops_privileges or image.needs_root
    if why and not is_served:
        return Refusal(
            "U08",
            f"the image itself changes from root to another user: {why}",
            _NGINX if "nginx" in image.family else "",
        )
    for argv in (stage.entrypoint.argv, stage.cmd.argv):
        if argv and must_be_pid1(argv):
            return Refusal("U08", f"`{argv[0]}` starts as root, and becomes other users for what it starts")
    unknown = _unknown_start(stage)
    if unknown is not None:
        return unknown
    other = built_on(model, stage, files)
    if other:
        return Refusal("U22", f"{other} builds on this image, and its steps may need root", "set USER there")
    if files.builds.base:
        why = f"{files.builds.base} is the name of an image that others build on, and their steps may need root"
        return Refusal("U22", why, "set USER there")
    home = lives_in_home(model, stage, files)
    return home or by_mounts(model, stage, files) or _openshift(model, stage) or _modes(model, stage)


def _unknown_start(stage: StageModel) -> Refusal | None:
    """Return which part of what starts is not known; None where both are."""
    reads = stage.entrypoint.argv is not None and not stage.inherits_unread_entrypoint
    lacking = [name for name, known in (("ENTRYPOINT", reads), ("CMD", stage.cmd.argv is not None)) if not known]
    if not lacking:
        return None
    what = " and ".join({"ENTRYPOINT": "entry point", "CMD": "command"}[name] for name in lacking)
    inherited = stage.entrypoint.instruction is None if lacking[0] == "ENTRYPOINT" else stage.cmd.instruction is None
    whose = "the base image's " if inherited else "the "
    return Refusal("U20", f"cannot tell what {whose}{what} starts", f"declare {' and '.join(lacking)} in this file")


def by_health_check(model: Model, stage: StageModel) -> Refusal | None:
    """Return why a HEALTHCHECK cannot run as another user (U29); most files have none."""
    if all(node.name != "HEALTHCHECK" for link in stage.chain for node in link.node.body):
        return None
    from hardener.rules.add_user.healthcheck import healthcheck_refusal

    return healthcheck_refusal(model, stage)


def _modes(model: Model, stage: StageModel) -> Refusal | None:
    """Return which files are closed to others than their owner (U07)."""
    allow = "let others read it (o+rX), or give it to the user that runs"
    for link in stage.chain:
        for _, command in commands_of(model, link):
            if command.name not in _MAKES_MODES:
                continue
            words = [word.value or word.raw for word in command.words[1:]]
            mode = next((word for word in words if not word.startswith("-")), "")
            path = words[-1] if words else ""
            tidy = path.startswith(("/etc/sudoers", "/etc/cron", "/tmp", "/etc/shadow", "/etc/ssl/private"))
            if command.name == "chmod" and _closes(mode) and not tidy:
                return Refusal("U07", f"`chmod {mode} {path}` closes it to others", allow)
            key = _made_key(command.name or "", words)
            if key and not _is_opened(model, stage, key):
                return Refusal("U07", f"`{command.name}` makes {key}, which only root can read", allow)
            if command.name == "umask" and (re.match(r"[0-7]*[13-7]\Z", mode) or re.search(_CLOSES, mode)):
                return Refusal("U07", f"`umask {mode}` closes files to others", allow)
        for node in link.node.body:
            given = node.flag("chmod") if node.name in ("COPY", "ADD") else None
            if given is not None and _closes(given):
                return Refusal("U07", f"--chmod={given} closes the files to others", allow)
    return None


def _closes(mode: str) -> bool:
    return re.match(_CLOSED, mode) is not None or re.search(_CLOSES, mode) is not None


def _made_key(program: str, words: list[str]) -> str:
    """Return the private key that a command makes, which openssl and ssh-keygen close to others, "" for none."""
    makes = {"req": "-keyout", "genrsa": "-out", "genpkey": "-out", "ecparam": "-out", "gendsa": "-out"}
    option = makes.get(words[0] if words else "") if program == "openssl" else "-f" if program == "ssh-keygen" else None
    if option is None or option not in words[:-1]:
        return ""
    return words[words.index(option) + 1]


def _is_opened(model: Model, stage: StageModel, key: str) -> bool:
    """Tell whether a RUN changes mode or owner of a key, or removes it."""
    for link in stage.chain:
        for _, command in commands_of(model, link):
            if command.name in ("chmod", "chown", "rm", "mv"):
                words = [(word.value or word.raw).rstrip("/") for word in command.words[1:] if word.raw[:1] != "-"]
                if any(word and (key == word or key.startswith(word + "/")) for word in words):
                    return True
    return False


def _openshift(model: Model, stage: StageModel) -> Refusal | None:
    for link in stage.chain:
        for node in link.node.body:
            text = model.logical(node).text if node.name == "RUN" else ""
            if any(hint in text for hint in _OPENSHIFT_HINTS) and _OPENSHIFT.search(text):
                reason = "the files belong to group 0, so that any user of that group can run it (OpenShift)"
                return Refusal("U23", reason, "add `USER 1001:0` if it is to run elsewhere too")
    return None


__all__ = ["by_health_check", "whatever_runs"]
