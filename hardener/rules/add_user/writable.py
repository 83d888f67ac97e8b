"""What must be writable for the program of an image that does not run as root (U02, U03, U13 to U15, U24)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.data_folders import (
    is_own_folder,
    is_temporary,
    judged,
    made_folders,
    made_temporary,
    named_folders,
    volumes,
)
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.start_scripts import Startup
from hardener.knowledge.writing import is_data_folder
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.data_places import named_and_made, named_by_arguments, named_places, program_folders
from hardener.rules.add_user.host_sources import builds_there
from hardener.rules.add_user.mounts import mounted
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.program_needs import program_needs
from hardener.rules.add_user.run_made import made_by_runs

#: what lifts a refusal beside what it says itself
_STATE = ", or say where it writes with `writable` in [tool.harden.assume]"


def needs(
    model: Model, stage: StageModel, start: Startup, texts: ContextTexts, *, only_serves: bool = False
) -> Needs | Refusal:
    """Return what the programs of `start` must be able to write, or what stands against giving it to them.

    With `only_serves` a server beside them reads what others write into the volumes.
    """
    image = stage.image
    if image is not None and isinstance(image.volumes, tuple) and image.volumes:
        return Refusal("U13", "the base image has volumes that belong to root")
    out, files = Needs(), texts.files
    stated = files.assumed.writable
    job = len(start.programs) > 1 and not start.scripts
    for argv in start.programs:
        refusal = program_needs(model, stage, argv, files, out)
        if refusal is not None and not (refusal.spec == "U15" and stated is not None):
            return replace(refusal, allow=f"{refusal.allow}{_STATE}") if refusal.spec == "U15" else refusal
    if stated is not None:
        out = Needs(is_stated=True)  # the person says where the programs write: what the sources show does not count
    if job and not out.must and stated is None:
        out.certain = False  # several programs after each other are a job, not a server
    places = [*made_folders(model, stage), *named_folders(model, stage), *(stated or ())]
    places += [posixpath.dirname(path) for path in start.writes]
    places += named_by_arguments(model, stage, files, start.programs)
    for _, _, path in volumes(model, stage):
        if path is None:
            return Refusal("U13", "cannot tell which folder a VOLUME names: it holds a variable", "name it in full")
        places.append(path)
        out.volumes.append(path)
        out.hold([path] if is_temporary(path) and is_own_folder(path) else ())
    for made in made_temporary(model, stage):
        wanted = any(
            is_within(path, made) or is_within(made, path) for path in (*places, *out.temporary) if is_temporary(path)
        )
        if wanted or any(is_data_folder(part) for part in made.split("/")[2:]):
            out.hold([made])
    found = mounted(model, stage, files, only_serves=only_serves)
    built = builds_there(model, stage, files) if stated is None else None
    if found.kept is not None and (built is not None or found.reached is not None or not out.is_shown):
        out.kept, built, host = found.kept, None, found.volume
    else:
        out.developed, host = found.developed, found.host or found.volume
        built = built or found.reached
    if built is not None:
        return built
    out.volumes += [path for path in found.folders if path not in out.volumes]
    wanted_ones = named_and_made(model, stage)
    out.hold(filter(is_temporary, wanted_ones))
    places += [*found.folders, *wanted_ones]
    if stated is not None:
        from hardener.rules.add_user.stated import made_in_stated

        given = _collected(out, places)
        kept = made_in_stated(model, stage, given.folders, files) if isinstance(given, Needs) else given
        return kept if isinstance(kept, Refusal) else replace(out, folders=kept.folders, files=kept.files)
    return (
        _collected(out, places)
        if out.is_shown
        else _unshown(model, stage, texts, out, places, host=host, programs=start.programs)
    )


def _unshown(
    model: Model,
    stage: StageModel,
    texts: ContextTexts,
    out: Needs,
    places: list[str],
    *,
    host: Refusal | None,
    programs: list[tuple[str, ...]],
) -> Needs | Refusal:
    """Return the needs of programs that may write wherever a path is named."""
    out.certain = out.certain and texts.files.tree is not None
    if out.must and out.certain:
        from hardener.rules.add_user.required_folders import required_folder
        from hardener.rules.add_user.told_paths import is_told_where

        out.certain = required_folder(model, stage, texts) is None and not is_told_where(stage, texts)
    cwd = stage.end.workdir if is_own_folder(stage.end.workdir) else None
    for folder in program_folders(model, stage, texts.files) if out.must else ():
        if cwd is not None and out.tree is not None and is_within(out.tree, folder):
            out.hold([out.tree] if folder != out.tree else ())
            out.tree = cwd = folder  # a folder beside the current one is the program's too
        elif not is_within(folder, out.tree or "/"):
            out.hold([folder])
    named, refusal = named_places(model, stage, texts, cwd, programs)
    out.certain = out.certain and not (out.must and out.developed)  # what developers run may not write there
    stands_against = refusal or host
    if stands_against is not None:
        return stands_against
    collected = _collected(out, [*places, *named])
    if isinstance(collected, Refusal):
        return collected
    out.hold(filter(is_temporary, named))
    tree = out.tree or cwd
    made = made_by_runs(model, stage, tuple(dict.fromkeys([*([tree] if tree else []), *out.folders])))
    out.hold(made.folders)
    out.files = made.files
    if out.must:
        from hardener.rules.add_user.installs_alone import installs_alone

        out.calm = installs_alone(model, stage, texts.files)
    return made.refusal or out


def _collected(out: Needs, places: list[str]) -> Needs | Refusal:
    """Return the needs with the folders that `places` ask for."""
    for path in places:
        found = judged(path)
        if isinstance(found, Refusal):
            return found
        out.hold([found] if found is not None else ())
    if out.tree is not None and out.tree not in out.folders:
        out.folders.insert(0, out.tree)
    return out
