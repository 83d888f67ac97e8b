"""The applications, and what of them is copied: read from known.json."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path

LIST = Path(__file__).parent / "known.json"
#: what the test registry has no images for: parsers of others, and stages that only an editor builds
_UNWANTED = (
    r"(?m)^# ?syntax ?=.*\n",
    r"(?ims)^FROM \w+ as dev-envs.*?(?=^FROM |\Z)",
    r"--platform=\$BUILDPLATFORM ",
    r"@sha256:[0-9a-f]{64}",
)
_COMMENTS = {".html": "<!-- {} -->", ".php": "<?php /* {} */ ?>", ".py": "# {}", ".rb": "# {}"}


@dataclass(frozen=True, slots=True)
class Application:
    """One application.

    Attributes:
        repository: owner and name.
        project: the folder of it that harden gets, with its compose files.
        context: below project: the build context.
        language: in which it is written; also names the replacements of base images.
        port: at which it listens; 0: it does not, and either goes on or ends with an output.
        ask: requests: method and path, then the body, its type and more headers.
        edit: pattern of the file that a person would edit; "": nothing is edited and built again.
        file: the Dockerfile, below context.
        environment: of the container.
        command: words after the image.
        beside: databases that run under their own name.
        target: stage to build.
        volume: folder of the container that a named volume holds.
        varies: whether bodies hold times, numbers and identifiers.
        replace: patterns for the Dockerfile in place of those of the language.
        options: more words of `docker run`, where {context} is the build context and {socket} the engine's socket.
        files: what the build context lacks, by path.
    """

    repository: str
    project: str
    context: str
    language: str
    port: int
    ask: list[list[str | dict[str, str]]]
    edit: str = ""
    file: str = "Dockerfile"
    environment: dict[str, str] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    target: str = ""
    volume: str = ""
    varies: bool = False
    replace: list[list[str]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The build context below the repository."""
        return "/".join(part for part in (self.project, self.context) if part != ".") or "."

    @property
    def name(self) -> str:
        """What the table calls it."""
        parts = (self.repository, "" if self.folder == "." else self.folder, self.file.removeprefix("Dockerfile"))
        return " ".join(part.strip(".") for part in parts if part)

    @property
    def slug(self) -> str:
        """The name, fit for an image and a container."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower())


def applications() -> list[Application]:
    """Return all that are known."""
    said = json.loads(LIST.read_text(encoding="utf-8"))
    found = [Application(**row) for row in said["applications"]]
    return [with_images(one, said["replace"]) for one in found]


def with_images(one: Application, replace: dict[str, list[list[str]]]) -> Application:
    """Give an application without replacements of its own those of its language."""
    if one.replace or one.language not in replace:
        return one
    return changed(one, replace=replace[one.language])


def copied(one: Application, checkouts: Path, to: Path, *, stand_ins: bool) -> Path | None:
    """Copy the project of an application to a folder, and return its build context there; None where it is missing.

    Args:
        one: which.
        checkouts: a folder that holds repositories as owner/name or owner+name.
        to: the folder to make.
        stand_ins: whether base images that the test registry lacks are replaced.
    """
    names = (one.repository, one.repository.replace("/", "+"))
    source = next((checkouts / name / one.project for name in names if (checkouts / name / one.project).exists()), None)
    if source is None:
        return None
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(source, to / one.project, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    for path in (to, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)  # as git checks out: a program may write its files
    (to / ".git").mkdir()  # what is above is not of the repository, and manifests below are
    dockerfile = to / one.project / one.context / one.file
    if not dockerfile.exists():
        return None
    for name, text in one.files.items():
        (dockerfile.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (dockerfile.parent / name).write_text(text, encoding="utf-8")
    if stand_ins:
        text = dockerfile.read_text(encoding="utf-8")
        for pattern, new in [*((pattern, "") for pattern in _UNWANTED), *one.replace]:
            text = re.sub(pattern, new, text)
        dockerfile.write_text(text, encoding="utf-8")
    return dockerfile.parent


def edit(one: Application, context: Path) -> None:
    """Add a comment to the source file that a person would edit."""
    path = next(iter(sorted(context.glob(one.edit))))
    comment = _COMMENTS.get(path.suffix, "// {}").format("edited")
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{comment}\n", encoding="utf-8")
