"""What a program needs that writes where the person says, and nowhere else (U15)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.files import copied, is_within
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.add_user.run_made import Made, made_by_runs


def made_in_stated(model: Model, stage: StageModel, folders: list[str], files: Files) -> Made | Refusal:
    """Return `folders` and what RUN instructions make there; why not all in the stated ones can be given away."""
    for folder in files.assumed.writable or ():
        brought = _brought_with_more(model, stage, folder, files)
        if brought:
            why = f"the COPY to {brought} may bring files into {folder}, which stay root's"
            return Refusal("U15", why, f"COPY {folder} on its own, or keep it out with .dockerignore")
    made = made_by_runs(model, stage, tuple(folders))
    more = [path for path in made.folders if path not in folders]
    return made.refusal or replace(made, folders=[*folders, *more])


def _brought_with_more(model: Model, stage: StageModel, folder: str, files: Files) -> str:
    """Return where a COPY goes that fills a folder and what lies around it, "" for none."""
    for link in stage.chain:
        for found in filter(None, (copied(model, node, files.tree) for node in link.node.body)):
            if found.target == folder or not is_within(folder, found.target):
                continue
            places = (found.place(path.rstrip("/")) for path in found.files())
            if not found.is_whole or any(place is not None and is_within(place, folder) for place in places):
                return found.target
    return ""
