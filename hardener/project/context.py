"""What a rule can know of the build context: its files by name and content; reading them is the engine's work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import normpath
from typing import Any, TypeVar, cast

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.project.builds import Builds
from hardener.project.context_tree import ContextFile, ContextTree, clean_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.assumptions import Assumptions
    from hardener.project.compose.limits import Limits
    from hardener.project.file_change import Writable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotThere(Refusal):
    """The answer to a question of a registry that answered: it does not have this."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question that a rule asks of the world outside the file; the engine answers all of them together.

    Questions about the build context have no answer where the context is not known:
    kind "tree": key is ""; the answer is a `ContextTree`.
    kind "file": key is a path in the context; the answer is a `ContextFile`, absent for what is not there.
    kind "text": key is a path; the answer is the whole file as `str`, absent for a folder and what is too large.
    kind "writable": key is a path, of a file that may not be there, or "" for the .dockerignore in force; the answer is
    a `Writable`; absent for what lies outside of the context or the repository, behind a link, or is no plain text.
    A key that begins with `/` is the absolute path of a compose file, which may lie outside of the context.
    kind "dockerfiles": key is ""; the texts of the Dockerfiles that may be built with this context, as (path, text),
    the file itself not among them; absent where one cannot be read, or there are more than 60.
    kind "mentions": key is a regular expression; the answer says whether the text of a file in the context has it;
    absent where they are too many or too large.
    kind "ignored": key is a path, of a file that may not be there; the answer says if .dockerignore keeps it out.

    kind "beside": key is a path from the folder of a compose file, `../` allowed; the text of a file of its project,
    absent for what is not there, lies outside of the project, or is too large.
    kind "siblings": key is ""; the compose files in its folder, as pairs of name and text.

    kind "manifests": key is ""; of the project around a file of manifests the other files that may change it, as pairs
    of path and text: kustomizations, and where there are any, the YAML files that name a `securityContext`; a
    `Refusal` where there are too many files to know.

    kind "builds": key is ""; a `Builds` of what compose and bake files say, kept out by .dockerignore or not;
    it is there without a context too.

    kind "origin": key is ""; the address on the web of the repository that the file lies in, "" where it has none.

    kind "assume": key is ""; the `Assumptions` that the person states.

    kind "limits": key is ""; the `Limits` of services that the person sets for all.

    kind "built": key as of "image"; what is known of that image, where another Dockerfile of the repository builds it.

    Questions to registries, the kinds in `REMOTE`, are answered by a text or a `Refusal`, or not at all offline:
    kind "digest": key is `name:tag` in full; the digest that it names now.
    kind "version": key likewise; the version tag that names the same image as `latest`, "" where there is none.
    kind "checksum": key is an address; `sha256:…` of what it serves.
    kind "image": key is `name:tag`, or `name@digest`; a `Configuration` of that image.
    kind "system": key likewise; a `System` of what stands in files of that image.
    kind "update": key is `name:tag@digest`; `tag@digest` to move to, "" where the pin is as it should be.
    """

    kind: str
    key: str


#: look-ups that need the network
REMOTE = frozenset({"digest", "version", "checksum", "update", "image", "system"})


class Answers(dict[Lookup, object]):
    """What the world answered so far, and what was read out of the files in it: neither changes during a run."""

    __slots__ = ("read",)

    def __init__(self, known: Mapping[Any, Any] | None = None, new: Mapping[Any, Any] | None = None) -> None:
        super().__init__(known or {})
        self.update(new or {})
        #: what a reader made of the text of a path
        self.read: dict[tuple[object, str], object] = known.read if isinstance(known, Answers) else {}


@dataclass(slots=True)
class Files:
    """The build context as the answers known so far show it; what is asked and not yet known is noted in `wanted`.

    A rule plans on it again whenever there are answers to what it wanted.
    """

    facts: Mapping[Any, Any]
    wanted: dict[Lookup, None] = field(default_factory=dict)

    @property
    def tree(self) -> ContextTree | None:
        """All names, None where the context is not known or too large to be listed."""
        tree = self._ask("tree", "")
        return tree if isinstance(tree, ContextTree) and tree.complete else None

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is known to be in the context."""
        tree = self.tree
        return tree is not None and tree.has(path)

    def text(self, path: str) -> str | None:
        """Return the text of a file, None for what is not there or not known."""
        tree = self.tree
        if tree is None or not tree.is_file(path):
            return None
        answer = self._ask("text", clean_path(path))
        return answer if isinstance(answer, str) else None

    def read(self, path: str, reader: Callable[[str], T]) -> T | None:
        """Return what a reader makes of the text of a file, worked out once a run; None where there is no text."""
        text = self.text(path)
        if text is None:
            return None
        known = self.facts.read if isinstance(self.facts, Answers) else {}
        key = reader, clean_path(path)
        if key not in known:
            known[key] = reader(text)
        return cast("T", known[key])

    def file(self, path: str) -> ContextFile | None:
        """Return mode and first bytes of a file or folder, None for what is not there or not known."""
        answer = self._ask("file", clean_path(path)) if self.has(path) else None
        return answer if isinstance(answer, ContextFile) else None

    @property
    def builds(self) -> Builds:
        """What compose and bake files say, nothing where that is not known."""
        answer = self._ask("builds", "")
        return answer if isinstance(answer, Builds) else Builds()

    @property
    def origin(self) -> str:
        """The address on the web of the repository, "" where that is not known."""
        answer = self._ask("origin", "")
        return answer if isinstance(answer, str) else ""

    @property
    def assumed(self) -> Assumptions:
        """What the person states that no file shows, nothing where they say nothing."""
        from hardener.project.assumptions import Assumptions  # no start needs it

        answer = self._ask("assume", "")
        return answer if isinstance(answer, Assumptions) else Assumptions()

    @property
    def limits(self) -> Limits:
        """The limits of services that a person sets for all, nothing where they say nothing."""
        from hardener.project.compose.limits import Limits  # no start needs it

        answer = self._ask("limits", "")
        return answer if isinstance(answer, Limits) else Limits()

    def beside(self, path: str) -> str | None:
        """Return the text of a file at a path from the folder of a compose file; None where it cannot be known."""
        answer = self._ask("beside", normpath(path))
        return answer if isinstance(answer, str) else None

    @property
    def siblings(self) -> tuple[tuple[str, str], ...]:
        """The compose files in the folder of a compose file, by name and text; () where they cannot be known."""
        answer = self._ask("siblings", "")
        return answer if isinstance(answer, tuple) else ()

    @property
    def manifests(self) -> tuple[tuple[str, str], ...] | Refusal:
        """The kustomizations and patches around a file of manifests, by path and text; () without a project."""
        answer = self._ask("manifests", "")
        return answer if isinstance(answer, tuple | Refusal) else ()

    def known(self, lookup: Lookup) -> object | None:
        """Return the answer to a question, whatever its kind; None where there is none."""
        return self._ask(lookup.kind, lookup.key)

    def answer(self, lookup: Lookup) -> str | Refusal | None:
        """Return what a registry said; None where it was not asked."""
        answer = self._ask(lookup.kind, lookup.key)
        return answer if isinstance(answer, str | Refusal) else None

    def is_ignored(self, path: str) -> bool:
        """Tell whether .dockerignore is known to keep out a file of this name, there or not."""
        return self._ask("ignored", clean_path(path)) is True

    def writable(self, path: str = "") -> Writable | None:
        """Return a file that may be changed or made, the .dockerignore in force for ""; None where it may not."""
        from hardener.project.file_change import Writable  # no start needs it

        answer = self._ask("writable", clean_path(path))
        return answer if isinstance(answer, Writable) else None

    def compose_file(self, place: str) -> Writable | None:
        """Return the compose file at an absolute path, which may be changed; None where it may not."""
        from hardener.project.file_change import Writable  # no start needs it

        answer = self._ask("writable", place)
        return answer if isinstance(answer, Writable) else None

    @property
    def dockerfiles(self) -> tuple[tuple[str, str], ...] | None:
        """The other Dockerfiles that may be built with this context, as (path, text); None where that is not known."""
        answer = self._ask("dockerfiles", "")
        return answer if isinstance(answer, tuple) else None

    def mentions(self, pattern: str) -> bool:
        """Tell whether the text of a file in the context may have what a regular expression matches."""
        return self._ask("mentions", pattern) is not False

    def _ask(self, kind: str, key: str) -> object | None:
        lookup = Lookup(kind, key)
        if lookup not in self.facts:
            self.wanted[lookup] = None
        return self.facts.get(lookup)
