"""Accounts that a Dockerfile creates or names, and their numbers (U16, U19)."""

from __future__ import annotations

import re

from hardener.image.data_folders import commands_of
from hardener.image.model import Model, StageModel
from hardener.knowledge.users import UserPlan, group_of, user_of
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Add, Copy, Run
from hardener.text import is_number

#: options of useradd and adduser that take the next word
_WITH_VALUE = frozenset(
    """
    -u --uid -g --gid -G --groups --ingroup -d --home -h --home-dir --home -s --shell -c --comment --gecos
    -e --expiredate -f --inactive -k --skel -K --key -p --password -b --base-dir -Z --firstuid --lastuid
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: several options in one word, the last of which takes the next word: `-ms /bin/bash`
_BUNDLE = r"-[a-zA-Z]+[ugGdscpkeb]\Z"
_NAME = r"[a-z_][a-z0-9_-]*\Z"
#: usermod that keeps every number: more groups, or another shell
_KEEPS = r"\busermod\s+(?:-aG|-Ga|-a\s+-G|-G|--append\s+--groups|-s|--shell)\s+[\w./,-]+\s+[\w-]+(?=\s*(?:\Z|[&|;\n]))"
_CHANGES = r"\b(usermod|groupmod|userdel|deluser|groupdel|delgroup|vipw|vigr|newusers)\b|/etc/(passwd|group)\b"


def created_users(model: Model, stage: StageModel) -> tuple[UserPlan, ...]:
    """Return the users that the stages of this chain create, the last first; -1 for a number that is not fixed."""
    found: list[UserPlan] = []
    for link in stage.chain:
        commands = [command for _, command in commands_of(model, link)]
        groups = {name: gid for name, gid in map(_group, commands) if name}
        for command in reversed(commands):
            if command.name in ("useradd", "adduser"):
                plan = _plan(command, groups)
                if plan is None:
                    return tuple(found)
                found.append(plan if _is_sure(command, stage) else UserPlan(plan.name, -1, -1, None, ""))
    return tuple(found)


def created_user(model: Model, stage: StageModel) -> UserPlan | None:
    """Return the last user that the stages of this chain create, None where they create none (U16)."""
    found = created_users(model, stage)
    return found[0] if found else None


def number_of(model: Model, stage: StageModel, name: str) -> tuple[int, int] | None:
    """Return (uid, gid) of a name in the image; -1 for a gid that is not fixed, None where the uid is not known."""
    if changes_accounts(model, stage):
        return None
    plans = [plan for plan in created_users(model, stage) if plan.name == name]
    if plans:
        is_one = plans[0].uid >= 0 and len({plan.uid for plan in plans}) == 1
        return (plans[0].uid, plans[0].gid) if is_one else None
    image = stage.root.image
    return user_of(image, name) if image is not None else None


def group_number(model: Model, stage: StageModel, name: str) -> int | None:
    """Return the gid of a group that a RUN creates with a number, or that a known account has by its own name."""
    if is_number(name):
        return int(name)
    for link in stage.chain:
        for _, command in commands_of(model, link):
            made, gid = _group(command)
            if made == name:
                return gid if gid >= 0 else None
    if changes_accounts(model, stage):
        return None
    for plan in created_users(model, stage):
        if plan.name == name:
            return plan.gid if plan.uid >= 0 and plan.gid >= 0 else None
    image = stage.root.image
    return group_of(image, name) if image is not None else None


def changes_accounts(model: Model, stage: StageModel) -> bool:
    """Tell whether numbers of accounts may be others than those that the image and useradd gave them."""
    nodes = (node for link in stage.chain for node in link.node.body if isinstance(node, Add | Copy | Run))
    texts = (text for node in nodes for text in (model.logical(node).text, *(each.body for each in node.heredocs)))
    return any(re.search(_CHANGES, re.sub(_KEEPS, "", text)) for text in texts)


def account_names(command: Command) -> tuple[str | None, ...]:
    """Return the words of useradd or adduser that are no options: the user, and for some a group behind it."""
    names = []
    rest = iter(command.words[1:])
    for word in rest:
        if word.raw.partition("=")[0] in _WITH_VALUE or re.match(_BUNDLE, word.raw):
            if "=" not in word.raw:
                next(rest, None)
        elif not word.raw.startswith("-"):
            names.append(word.value)
    return tuple(names)


def is_shared(command: Command) -> bool:
    """Tell whether useradd takes a number that another account may have: what is found by it is then the other one."""
    return any(re.match(r"-[a-zA-Z]*o[a-zA-Z]*\Z|--non-unique\Z", word.raw) for word in command.words[1:])


def _is_sure(command: Command, stage: StageModel) -> bool:
    """Tell whether an account has the number that its command says: it runs, and the number is its own."""
    image = stage.root.image
    return not is_shared(command) and (command.plain or (image is not None and image.knows_users))


def _group(command: Command) -> tuple[str, int]:
    """Return name and number of the group that a command creates, ("", -1) for another command."""
    if command.name not in ("groupadd", "addgroup"):
        return "", -1
    words = [word.value or "" for word in command.words[1:]]
    gid = next((words[i + 1] for i, word in enumerate(words[:-1]) if re.match(r"-\w*g\Z|--gid\Z", word)), "")
    gid = gid or next((word[6:] for word in words if word.startswith("--gid=")), "")
    names = [word for word in words if not word.startswith("-") and not word.isdigit()]
    return (names[0], int(gid) if is_number(gid) else -1) if names else ("", -1)


def _plan(command: Command, groups: dict[str, int]) -> UserPlan | None:
    """Return the user that useradd or adduser creates; None for `adduser user group` and what cannot be read."""
    words = [word.value for word in command.words[1:]]
    uid, gid, names = -1, -1, []
    rest = iter(words)
    for word in rest:
        if word is None:
            return None
        key, _, inline = word.partition("=")
        if key in _WITH_VALUE or re.match(_BUNDLE, word):
            value = inline or next(rest, None) or ""
            if key == "--uid" or re.match(r"-\w*u\Z", word):
                uid = int(value) if is_number(value) else -1
            elif key in ("--gid", "--ingroup") or re.match(r"-\w*[gG]\Z", word):
                is_main = not word.endswith("G") or command.name == "adduser"
                gid = (int(value) if is_number(value) else groups.get(value, -1)) if is_main else gid
        elif not word.startswith("-"):
            names.append(word)
    if len(names) != 1 or not re.match(_NAME, names[0]) or names[0] == "root" or uid == 0:
        return None
    return UserPlan(names[0], uid, gid, None, "")
