"""Which cache mounts a RUN can have, and what has to go from its text for that (C02-C05)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import needs_lists
from hardener.image.process import programs
from hardener.image.runs import RunBody, read_run
from hardener.knowledge.cache_mounts import CacheMount, cache_mounts
from hardener.shell import Command, Item, Word
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import ExecForm, Instruction, Run
from hardener.syntax.dockerfile.views import mounts
from hardener.text import Edit

_DOCKER_CLEAN = "rm -f /etc/apt/apt.conf.d/docker-clean && "
_DEBIAN = ("debian", "ubuntu")


@dataclass(frozen=True, slots=True)
class Mounted:
    """A RUN with cache mounts: the flags it gets, and the edits of its text."""

    tools: tuple[str, ...]
    flags: tuple[str, ...]
    edits: tuple[Edit, ...]


def mounted(model: Model, stage: StageModel, run: Run) -> Mounted | Refusal | None:
    """Return the mounts that a RUN can have; a refusal where one of its tools cannot have any; None for no tool."""
    body = read_run(model, stage, run)
    if body is None or stage.image is None or any(mount.type == "cache" for mount in mounts(run)):
        return None
    tools = [tool for tool in cache_mounts() if any(_fetching(tool, body))]
    if not tools:
        return None
    home = _home(stage, run)
    if isinstance(home, Refusal):
        return home
    folder, owner = home
    flags: list[str] = []
    edits: list[Edit] = []
    for tool in tools:
        why = _refusal(model, stage, run, body, tool)
        if why is not None:
            return why
        targets = [target.replace("~", folder) for target in _targets(stage, tool, owner)]
        changed = _edits(body, tool, targets)
        if isinstance(changed, Refusal):
            return changed
        named = next((t for t in targets if _is_named(model, run, t)), None)
        if named is not None:
            return Refusal("C03", f"another instruction uses {named}, which would be missing from the image")
        edits += changed
        sharing = ",sharing=locked" if tool.locked else ""
        flags += [f"--mount=type=cache,target={target}{sharing}{owner}" for target in targets]
    if any("#" in body.raw[edit.start : edit.end] for edit in edits if not edit.new):
        return Refusal("P01", "a comment stands between commands, one of which would be removed")
    return Mounted(tuple(tool.name for tool in tools), tuple(dict.fromkeys(flags)), tuple(dict.fromkeys(edits)))


def _called(command: Command) -> tuple[Word, ...]:
    """Return the words of a command past wrappers, `corepack` and `npx`; () where it cannot be told what runs."""
    call = invocation_of(command)
    if call is None:
        return ()
    return command.words[call.rest - 1 if call.host == "corepack" or call.is_fetched else call.at :]


def _words(command: Command) -> str:
    return " ".join(word.raw if word.value is None else word.value for word in _called(command) or command.words)


def _fetching(tool: CacheMount, body: RunBody) -> Iterator[Command]:
    """Yield the commands that fill the cache of a tool."""
    return (c.command for c in body.commands if c.manager == tool.name and c.verb in tool.verbs)


def _changes_user(command: Command, is_root: bool) -> bool:
    call = invocation_of(command)
    return call is None or call.changes_user or not (is_root or {"sudo", "doas"}.isdisjoint(call.wrappers))


def _home(stage: StageModel, run: Run) -> tuple[str, str] | Refusal:
    """Return the home of the user of a RUN, and what makes a new cache folder theirs (C04)."""
    state = stage.states[run]
    own = state.values.get("HOME", "")
    if own is None or (own and not own.startswith("/")):
        return Refusal("C04", "HOME is set: cannot tell where the caches are")
    if state.is_root:
        return own or "/root", ""
    image = stage.image
    name = (state.user or "").partition(":")[0]
    user = next((u for u in image.users if name in (u.name, str(u.uid))), None) if image is not None else None
    if user is None or not user.home.startswith("/"):
        return Refusal("C04", "cannot tell the home of the user", "install before USER, or as a user of the image")
    return own or user.home, f",uid={user.uid},gid={user.gid}"


def _targets(stage: StageModel, tool: CacheMount, owner: str) -> tuple[str, ...]:
    if tool.name == "yarn" and owner:
        return ("~/.cache/yarn",)
    return tool.targets


def _refusal(model: Model, stage: StageModel, run: Run, body: RunBody, tool: CacheMount) -> Refusal | None:
    """Return why the cache of a tool cannot be mounted here."""
    image, reference = stage.image, stage.root.reference
    name = (reference.repository if reference else "").rpartition("/library/")[2]
    other = next((c for c in body.commands if c.manager == tool.name and c.unknown), None)
    if other is not None:
        return Refusal("C03", other.unknown, "put it into a RUN of its own")
    if any(_changes_user(command, stage.states[run].is_root) for command in _fetching(tool, body)):
        return Refusal("C04", "another user installs than the one of the RUN", "use USER instead")
    if tool.images and name not in tool.images:
        return Refusal("C03", f"cannot tell where this image keeps the cache of {tool.name}", "use the official image")
    if tool.name == "gradle" and name == "gradle":
        return Refusal("C03", "the image has a volume where Gradle keeps its cache")
    if tool.system and not stage.states[run].is_root:
        return Refusal("C04", "the user is not root")
    values = stage.states[run].values
    named = next((n for n in tool.refuses if not n.startswith("-") and values.get(n, "") != ""), None)
    named = named or next((n for n in tool.refuses if not n.startswith("-") and f"{n}=" in body.line.text), None)
    if named is not None:
        return Refusal("C05", f"{named} switches the cache off or moves it", f"remove {named}")
    if tool.name == "apt":
        return _apt(model, stage, run, body, image is not None and image.distro in _DEBIAN)
    runs = (i for i in stage.node.body if isinstance(i, Run))
    if tool.later is not None and any(tool.later.search(model.logical(other).text) for other in runs):
        return Refusal("C03", f"a step needs what {tool.name} downloaded before, and downloads nothing itself")
    if tool.runs and stage.is_final:
        started = [" ".join(program) for program in programs(model, stage)]
        if any(f"{text} ".startswith(f"{name} ") for text in started for name in tool.runs):
            return Refusal("C03", f"the image runs {started[0]}, which needs what was downloaded")
    return None


def _apt(model: Model, stage: StageModel, run: Run, body: RunBody, is_known: bool) -> Refusal | None:
    commands = [c for c in body.commands if c.manager == "apt"]
    if not is_known or not commands or commands[0].verb != "update":
        return Refusal(
            "C01", "the package lists come from another instruction: a mount would hide them", "update in the same RUN"
        )
    if re.search(r"autoremove|--auto-remove|apt-mark", body.line.text):
        return Refusal("C03", "the command needs what apt keeps beside the lists")
    needed = needs_lists(model, stage, run, "apt")
    return needed if isinstance(needed, Refusal) else None


def _edits(body: RunBody, tool: CacheMount, targets: list[str]) -> list[Edit] | Refusal:
    edits: list[Edit] = []
    items = body.body.top
    fetching = {command.start for command in _fetching(tool, body)}
    for command in body.body.commands:
        if command.start in fetching:
            edits += _options(body, tool, command)
        elif tool.cleans is not None and tool.cleans.match(_words(command)):
            dropped = _dropped(body, items, command)
            if dropped is None:
                return Refusal(
                    "C02", f"`{_words(command)[:50]}` empties the cache, and harden cannot remove it from the command"
                )
            edits.append(dropped)
        else:
            changed = _removal(body, items, command, targets)
            if isinstance(changed, Refusal):
                return changed
            edits += changed
    first = body.body.top[0]
    if tool.name == "apt":
        at = body.line.raw(first.start)
        edits.append(Edit(at, at, _DOCKER_CLEAN))
    return edits


def _options(body: RunBody, tool: CacheMount, command: Command) -> Iterator[Edit]:
    """Yield the edits that drop options which switch the cache off, and add those that switch it on."""
    words, line = _called(command), body.line
    off = [i for i, word in enumerate(words) if i and word.value in tool.refuses]
    if tool.name == "apk":
        off += [i for i, word in enumerate(words) if word.value in ("-U", "--update", "--update-cache")]
    for index in off:
        yield Edit(line.raw_end(words[index - 1].end), line.raw_end(words[index].end), "")
    present = {(word.value or "").partition("=")[0] for word in words}
    added = "".join(f" {option}" for option in tool.adds if option.partition("=")[0] not in present)
    verb = next((w for w in words[1:] if not w.raw.startswith("-")), words[0])
    if added:
        yield Edit(line.raw_end(verb.end), line.raw_end(verb.end), added)


def _removal(
    body: RunBody, items: tuple[Item, ...], command: Command, targets: list[str]
) -> list[Edit] | Refusal:  # fmt: skip
    """Return the edits that take a cache out of an `rm`; a refusal where something else uses it."""
    words = command.words[1:]
    removes = command.name == "rm"
    touched = [
        word
        for word in words
        if any(_covers(word.value or word.raw, target) for target in targets)
        # a folder far above is only gone into, or searched
        and (removes or (word.value or word.raw).rstrip("/*").count("/") > 1)
    ]
    if not touched:
        return []
    kept = [word for word in words if word not in touched and not word.raw.startswith("-")]
    if command.name != "rm" or any(_clean(word.value or word.raw) not in _inside(targets) for word in touched):
        return Refusal("C02", f"`{_words(command)[:50]}` touches the cache", "do not touch the download cache there")
    if not kept:
        dropped = _dropped(body, items, command)
        return (
            Refusal("C02", "harden cannot take the removal of the cache out of the command")
            if dropped is None
            else [dropped]
        )
    every = command.words
    found = []
    for word in touched:
        before = every[every.index(word) - 1]
        found.append(Edit(body.line.raw_end(before.end), body.line.raw_end(word.end), ""))
    return found


def _clean(path: str) -> str:
    return path.rstrip("/*").replace("~", "/root")


def _inside(targets: list[str]) -> set[str]:
    """Return the paths whose removal is the removal of the cache alone."""
    found = set(targets)
    if "/var/cache/apt" in found:
        found |= {"/var/lib/apt/lists", "/var/lib/apt", "/var/cache/apt/archives"}
    return found | {t.removesuffix("/cache").removesuffix("/artifacts") for t in targets if "pypoetry" in t}


def _covers(path: str, target: str) -> bool:
    if not path.startswith(("/", "~")):
        return False
    plain = _clean(path) or "/"
    return plain == target or target.startswith(plain.rstrip("/") + "/") or plain.startswith(target + "/")


def _dropped(body: RunBody, items: tuple[Item, ...], command: Command) -> Edit | None:
    """Return the edit that takes a command out of a chain of `&&`, with the operator before it."""
    index = next((i for i, item in enumerate(items) if item.command == command), None)
    if not index or command.redirects or any(item.operator not in ("", "&&", ";") for item in items):
        return None
    return Edit(body.line.raw_end(items[index - 1].end), body.line.raw_end(items[index].end), "")


def _is_named(model: Model, run: Run, target: str) -> bool:
    """Tell whether another instruction names the folder: what is there has to be in the image."""

    def texts(instruction: Instruction) -> str:
        text = model.logical(instruction).text
        return text.replace('"', " ") if isinstance(instruction.arguments, ExecForm) else text

    plain = re.compile(rf"{re.escape(target)}(?![\w.-])")
    return any(
        plain.search(texts(i)) is not None
        for i in model.tree.instructions
        if i is not run and i.name in ("COPY", "ADD", "ENV", "CMD", "ENTRYPOINT", "VOLUME", "WORKDIR")
    )
