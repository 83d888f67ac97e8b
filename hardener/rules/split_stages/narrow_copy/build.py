"""The build behind a COPY of a whole folder: the stage, its language, and the programs as they are called there."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.files import absolute, is_within, target_of, written
from hardener.image.model import Model, StageModel
from hardener.knowledge.images import base_image
from hardener.rules.split_stages import read_runs
from hardener.rules.split_stages.languages import go, java, rust
from hardener.rules.split_stages.model import Call, Case, Ecosystem
from hardener.rules.split_stages.project import Project
from hardener.syntax.dockerfile.nodes import Copy
from hardener.syntax.image_reference import ImageReference

#: folders that the base image has files in: all of one is no build folder
_OF_THE_BASE = frozenset(
    ("/", "/bin", "/etc", "/go", "/home", "/lib", "/opt", "/root", "/srv", "/tmp", "/usr", "/usr/local", "/usr/src",
     "/var", "/usr/local/bin", "/usr/bin")
)  # fmt: skip
#: what stands for an image that harden does not know: nothing is said of it
_NOTHING = ImageReference("docker.io", "scratch", None, None)
_GRADLE = ("gradle", "gradlew")
_INSTALLED = re.compile(r"(.*)/build/install/([^/]+)/bin/[^/]+\Z")


@dataclass(frozen=True, slots=True)
class Build:
    """A folder of a build stage that a COPY brings whole.

    Attributes:
        node: the COPY.
        folder: what it takes; target: where it comes to lie. Both are absolute.
        case: the build stage; its programs are those of the last stage, under the names that they have in `folder`.
        language: that builds there.
    """

    node: Copy
    folder: str
    target: str
    case: Case
    language: Ecosystem

    def there(self, path: str) -> str | None:
        """Return how a path of the last stage is called in the build stage; None for one outside of the folder."""
        return posixpath.join(self.folder, path[len(self.target) :].lstrip("/")) if self.holds(path) else None

    def holds(self, path: str) -> bool:
        """Tell whether a path of the last stage lies in the folder."""
        return is_within(path, self.target) and path != self.target

    def mapped(self, stage: StageModel, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return a command line of the last stage with its paths as the build stage calls them."""
        named = {0} | {at + 1 for at, word in enumerate(words) if word == "-jar"}
        found = []
        for at, word in enumerate(words):
            is_path = "/" in word or (at in named and at > 0)
            path = absolute(stage.end.workdir, word) if is_path and not word.startswith("-") else None
            found.append((self.there(path) if path is not None else None) or word)
        return tuple(found)


def build_of(model: Model, stage: StageModel, node: Copy, project: Project) -> Build | None:
    """Return the build whose folder a COPY of the last stage takes whole; None where it takes no such folder.

    Args:
        model: the file. stage: the last one. node: its COPY. project: the build context.
    """
    found = written(model, node)
    if found is None or found.stage is None or len(found.sources) != 1 or node.heredocs or not found.is_known:
        return None
    if node.flag("exclude") is not None or node.flag("parents") is not None:
        return None  # somebody chose already
    folder = posixpath.normpath(posixpath.join("/", found.sources[0]))
    built = found.stage
    if folder in _OF_THE_BASE or found.target in _OF_THE_BASE - {"/"} or set(folder) & set("*?[\\$"):
        return None
    image = built.root.image or base_image(_NOTHING)
    if not built.is_posix or image is None:
        return None
    steps = tuple(step for link in reversed(built.chain) for step in read_runs.steps(model, link))
    case = Case(model, built, image, built.root.reference or _NOTHING, project, steps, ())
    language = next((known for calls, known in _LANGUAGES if any(calls(call) for call in case.calls)), None)
    if language is None or not _is_built_in(case, language, folder):
        return None
    return Build(node, folder, found.target, case, language)


def _builds_go(call: Call) -> bool:
    return call.name == "go" and call.words[:1] in (("build",), ("install",))


def _builds_rust(call: Call) -> bool:
    return call.name == "cargo" and ("build" in call.words or "install" in call.words)


def _builds_java(call: Call) -> bool:
    return call.name in ("mvn", "mvnw", *_GRADLE)


_LANGUAGES = ((_builds_go, go.GO), (_builds_rust, rust.RUST), (_builds_java, java.JAVA))


def _is_built_in(case: Case, language: Ecosystem, folder: str) -> bool:
    """Tell whether a folder holds the sources: a build runs in it, and the build context is copied there."""
    calls = [known for known, of in _LANGUAGES if of is language]
    runs = any(
        call.folder is not None and is_within(call.folder, folder) for call in case.calls if any(k(call) for k in calls)
    )
    targets = (target_of(case.model, step.node) for step in case.steps if step.node.flag("from") is None)
    return runs and any(
        where is not None and (is_within(where, folder) or is_within(folder, where)) for where in targets
    )


def distributions(case: Case) -> tuple[str, ...] | Refusal:
    """Return the folders of `gradle installDist` whose programs are started: each has its libraries in it."""
    found = (_INSTALLED.match(program[0]) for program in case.programs)
    folders = {f"{match[1]}/build/install/{match[2]}": match[1] for match in found if match}
    calls = [c for c in case.calls if c.name in _GRADLE and any(w.endswith("installDist") for w in c.words)]
    for folder, project in folders.items():
        if not any(call.folder is not None and is_within(project, call.folder) for call in calls):
            return Refusal("S14", f"cannot tell whether the build makes {folder}", "call `gradle installDist`")
    return tuple(folders)
