"""Giving folders and copied files to a user: what COPY needs, and the RUN that does the rest (U02, U13, U26)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.image.data_folders import commands_of, volumes
from hardener.image.files import Copied, absolute, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.users import UserPlan
from hardener.knowledge.writing import is_data_folder
from hardener.rules.add_user.manifest_names import brings_manifests
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.run_made import LOOKING
from hardener.syntax.dockerfile.nodes import Add, Flag, Instruction, Run

SHELLS = ("/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "/usr/bin/bash", "/bin/busybox")
_ARCHIVE = r"\.(tar(\.\w+)?|tgz|tbz2?|txz)\Z"


@dataclass(frozen=True, slots=True)
class Gift:
    """What is given to the user.

    Attributes:
        owner: "uid:gid", "uid" or a name.
        copies: instructions of the stage that get `--chown`.
        command: the text of the RUN that makes the user and gives away folders, None where none is needed.
        before: the instruction that the RUN has to precede, None for the end of the stage.
        runs: the new text of RUN instructions that give away the files they make.
    """

    owner: str
    copies: frozenset[Instruction]
    command: str | None
    before: Instruction | None
    runs: Mapping[Instruction, str] = field(default_factory=dict)


def gift(
    model: Model, stage: StageModel, plan: UserPlan, needs: Needs, early: Instruction | None = None
) -> Gift | Refusal:
    """Return how a user gets what it needs, or why that cannot be done; `early` is a USER that stands in the stage."""
    owner = owner_of(plan)
    done = _given_already(model, stage, plan)
    if isinstance(done, Refusal):
        return done
    tree = needs.tree if needs.tree and not any(is_within(needs.tree, given) for given in done) else None
    folders = [path for path in needs.folders if not any(is_within(path, given) for given in done)]
    other = _other_owner(model, stage, plan, [*folders, *([tree] if tree else [])]) if needs.must else None
    copies = other or _copies(model, stage, needs, tree, folders, plan=plan)
    if isinstance(copies, Refusal):
        return copies
    runs = _made_and_given(model, stage, needs, done, owner)
    if isinstance(runs, Refusal):
        return runs
    shell = stage.image is not None and stage.image.has_shell is True
    if folders and not shell:
        return _without_shell(needs, folders, copies, owner)
    missing = [path for path in folders if path not in _made(model, stage) and path not in needs.present]
    parts = [plan.shell_command] if plan.shell_command else []
    parts += [f"mkdir -p {' '.join(missing)}"] if missing else []
    parts += [f"touch {' '.join(needs.touched)}"] if needs.touched else []
    given = [*_with_parents(folders, missing), *needs.touched]
    parts += [f"chown {owner} {' '.join(given)}"] if given else []
    parts += [f"chown -R {owner} {' '.join(needs.trees)}"] if needs.trees else []
    if not parts:
        return Gift(owner, copies, None, None, runs)
    before = early or _first_volume(model, stage, folders)
    if isinstance(before, Refusal):
        return before
    state = stage.states[before] if before is not None else stage.end
    if state.shell is None or state.shell[0] not in SHELLS or not state.shell[-1].endswith("c"):
        return Refusal("U18", "users cannot be created with this SHELL", "create a user and add USER")
    if not state.is_root:
        return Refusal(
            "U18", "USER is not root at the place where the user must be created", "create a user and add USER"
        )
    if before is not None and plan.name is not None and plan.uid < 0:
        return Refusal("U13", "cannot tell which number the user gets", "create it with a number (-u)")
    return Gift(owner, copies, f" && {model.style.continuation()}".join(parts), before, runs)


def _with_parents(folders: list[str], missing: list[str]) -> list[str]:
    """Return folders to give away with those that `mkdir -p` may make between them: the program works there too."""
    found: list[str] = []
    for folder in folders:
        above = max((each for each in folders if each != folder and is_within(folder, each)), key=len, default=None)
        between: list[str] = []
        parent = posixpath.dirname(folder)
        while folder in missing and above is not None and is_within(parent, above) and parent != above:
            between.insert(0, parent)
            parent = posixpath.dirname(parent)
        found += [path for path in (*between, folder) if path not in found]
    return found


def _made_and_given(
    model: Model, stage: StageModel, needs: Needs, done: frozenset[str], owner: str
) -> dict[Instruction, str] | Refusal:
    """Return the RUN instructions that make files for the program, each with a `chown` of them at its end."""
    texts: dict[Instruction, str] = {}
    for run, made in needs.files.items():
        paths = [path for path in made if not any(is_within(path, given) for given in done)]
        if not paths:
            continue
        new: str | Refusal = Refusal("U13", "cannot tell which number the user gets", "create it with a number (-u)")
        if owner[0].isdigit():
            from hardener.shell.append import append_commands

            new = append_commands(run.text, (f"chown {owner} {' '.join(paths)}",), model.style, stage.states[run].shell)
        if isinstance(new, Refusal):
            reason = f"a RUN makes {paths[0]}, and cannot give it to the user: {new.reason}"
            return Refusal("U26", reason, new.allow or "make it when the container starts")
        texts[run] = new
    return texts


def _made(model: Model, stage: StageModel) -> frozenset[str]:
    """Return the folders that WORKDIR makes, none where a VOLUME may have to follow the RUN."""
    made: set[str] = set()
    for link in stage.chain:
        for node, after in zip(link.node.body, link.node.body[1:], strict=False):
            if node.name == "WORKDIR":
                made.add(link.states[after].workdir or "")
    first = next((node for _, node, _ in volumes(model, stage)), None)
    return frozenset(made) if first is None else frozenset()


def owner_of(plan: UserPlan) -> str:
    """Return what stands for a user in USER and --chown: numbers where they are known (U16, U25)."""
    if plan.uid < 0:
        return str(plan.name)
    return f"{plan.uid}:{plan.gid}" if plan.gid >= 0 else str(plan.uid)


def _without_shell(needs: Needs, folders: list[str], copies: frozenset[Instruction], owner: str) -> Gift | Refusal:
    """Return a gift for an image without a shell: only copied files can be given away.

    A folder that is named like data is there to be written to, whatever the sources show; WORKDIR makes it as root.
    """
    kept = [path for path in folders if path != needs.tree or is_data_folder(posixpath.basename(path))]
    if needs.must or kept:
        reason = f"the image has no shell to make {folders[0]} with, and it must be writable"
        return Refusal("U18", reason, "COPY --chown a folder there")
    return Gift(owner, copies, None, None)


def _given_already(model: Model, stage: StageModel, plan: UserPlan) -> frozenset[str] | Refusal:
    """Return the folders that a RUN of the file gives to the user with all below; another owner is the file's wish."""
    done: set[str] = set()
    for link in stage.chain:
        for node, command in commands_of(model, link):
            words = [word.value or "" for word in command.words]
            if command.name != "chown" or len(words) < 3:
                continue
            plain = [word for word in words[1:] if not word.startswith("-")]
            name = plain[0].partition(":")[0] if plain else ""
            if name in (plan.name, str(plan.uid)):
                deep = any(re.match(r"-\w*R|--recursive", word) for word in words)
                done.update(absolute(link.states[node].workdir, path) or "" for path in plain[1:] if deep)
            elif name not in ("root", "0", "") and plan.name:
                why = f"a RUN gives files to {name}, and it is not certain that this is the user to run as"
                return Refusal("U19", why, f"add `USER {name}` if it is the one")
    return frozenset(done)


def _copies(
    model: Model, stage: StageModel, needs: Needs, tree: str | None, folders: list[str], *, plan: UserPlan
) -> frozenset[Instruction] | Refusal:
    """Return the COPY instructions to own: into the tree and into folders of data."""
    chosen: list[Copied] = []
    data, must, numeric = [path for path in folders if path != tree], needs.must, plan.uid >= 0
    looked_at, left = None, _copied_before(model, stage, tree)
    for node in stage.node.body:
        found = copied(model, node)
        if found is None:
            continue
        into_tree = tree is not None and is_within(found.target, tree)
        if not into_tree and not any(is_within(found.target, path) for path in data):
            continue
        if found.node.flag("chown") is not None:
            continue
        if not numeric or (isinstance(node, Add) and any(re.search(_ARCHIVE, s) for s in found.sources)):
            left = left or found.target
            continue
        if _is_looked_at(stage, node, needs.calm, owner_of(plan)):
            looked_at = found.target if into_tree or must else looked_at
            continue
        if into_tree and stage.end.is_root and brings_manifests(found):
            continue
        looked_at = None if into_tree else looked_at  # a later COPY brings the sources
        chosen.append(found)
    if tree is not None and must and looked_at is not None:
        reason = "a RUN works on the files after the COPY, and a chown afterwards would store them again"
        return Refusal("U26", reason, "build in another stage, and COPY the result")
    if must and left is not None:
        reason = f"the files in {left} come from no COPY of this stage, and a recursive chown would store them twice"
        return Refusal("U26", reason, "COPY it with --chown, then add USER")
    return frozenset(found.node for found in chosen)


def _other_owner(model: Model, stage: StageModel, plan: UserPlan, folders: list[str]) -> Refusal | None:
    """Return why what a COPY gives to somebody else keeps the program from writing."""
    for node in stage.node.body:
        found = copied(model, node)
        if found is None or not any(is_within(found.target, folder) for folder in folders):
            continue
        value = node.flag("chown")
        name = (value or "").partition(":")[0]
        if value is not None and name not in (plan.name, str(plan.uid)):
            return Refusal(
                "U19",
                f"a COPY gives files to {name}, and it is not certain that this is the user to run as",
                f"add `USER {name}`",
            )
    return None


def _copied_before(model: Model, stage: StageModel, tree: str | None) -> str | None:
    """Return where earlier stages, or the base image, may have put what lies in the program's folder."""
    if tree is None:
        return None
    for link in stage.chain:
        found = filter(None, (copied(model, node) for node in link.node.body)) if link is not stage else ()
        for brought in found:
            chowned = brought.node.flag("chown") is not None
            if is_within(brought.target, tree) and not chowned and not brings_manifests(brought):
                return brought.target
    return None


def _is_looked_at(stage: StageModel, node: Instruction, calm: frozenset[Instruction], owner: str) -> bool:
    """Tell whether a RUN after a COPY looks at the owner of the files, and is somebody else."""
    later = stage.node.body[stage.node.body.index(node) + 1 :]
    runs = [run for run in later if isinstance(run, Run) and run not in calm and stage.states[run].user != owner]
    return any(re.search(LOOKING, run.text) is not None for run in runs)


def _first_volume(model: Model, stage: StageModel, folders: list[str]) -> Instruction | Refusal | None:
    """Return the first VOLUME of a folder: builders other than BuildKit drop what is changed after it (U13)."""
    first: Instruction | None = None
    for link, node, path in volumes(model, stage):
        if path is None or not any(is_within(folder, path) for folder in folders):
            continue
        if link is not stage:
            return Refusal("U13", f"the VOLUME {path} stands in another stage and belongs to root there")
        first = first or node
    return first


def owned(node: Instruction, owner: str) -> Instruction:
    """Return a COPY with `--chown`."""
    return node.with_changes(flags=(*node.flags, Flag(f"--chown={owner}", " ")))


def readable(node: Instruction) -> Instruction:
    """Return an ADD of a URL with mode 644: what it fetches has mode 600, which only root can read (U07)."""
    remote = isinstance(node, Add) and re.match(r"https?://", node.text) is not None
    if not remote or node.flag("chmod") is not None:
        return node
    return node.with_changes(flags=(*node.flags, Flag("--chmod=644", " ")))


__all__ = ["SHELLS", "Gift", "gift", "owned", "owner_of", "readable"]
