"""What the compose and bake files of a project say about builds: names (B07, B09), and what they run (S01, S25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field, replace
from hardener.syntax.image_reference import ImageReference

#: stands behind each command of `Service.probes`
PROBES_END = ";"


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume or folder that a service mounts.

    Attributes:
        source: the name of a volume, "" for one without a name, or the folder of the host.
        target: where it is in the container.
        is_bind: whether it is a folder of the host, which keeps its owner.
    """

    source: str
    target: str
    is_bind: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """A named volume that a service mounts.

    Attributes:
        mount: as it is written.
        name: of the volume where it is the same in every project, "" for one of the project of the file alone.
        writes: whether the service may write into it.
    """

    mount: Mount
    name: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Service:
    """What a file of the repository builds or runs: a service of compose, a container of Kubernetes, `docker run`.

    Attributes:
        file: the compose file, manifest, workflow, Makefile or Procfile.
        context, dockerfile, target: of the build, "" where they are not said; the context is an absolute path once the
            folder of the file is known.
        entrypoint, command: in the place of ENTRYPOINT and CMD, () where the image's count.
        check: the words of its health check, `NONE` for one that is switched off.
        init: Docker puts an init in front of what it runs.
        volumes: what is mounted for writing.
        read_only: where something is mounted that can only be read, configuration and secrets too.
        environment: "NAME=value" as far as it is said there.
        probes: the words of what Kubernetes runs in it beside: probes, and hooks of its lifecycle; `PROBES_END` is
            behind the words of each.
        env_files: files that say more of them, from the folder of the compose file.
        images: what the image is called that is built or run.
        user: in the place of USER, "" where the image's counts.
        host_network: whether it shares the network of the host, where a port below 1024 needs root.
        ports: on which it is reached in the container.
        memory: the limit in bytes, 0 where none is said.
        source: what runs it: "compose", "docker" for a command line, or "kubernetes".
        is_build: whether the file also says how the image is built, or leaves image and build to another file.
        name: its key in the compose file, "" for a fragment and elsewhere.
        folder: the absolute path of the folder of the file.
        is_ours: whether it is known to build the Dockerfile that was asked about, or to add to a service that does.
        drops: whether it takes capabilities away from root.
        shared: what it mounts, for reading too, that a service of another image in the same file writes into.
        devices: of the host that it gets.
        grants: the capabilities that it gets beside those of every container, `privileged` or `pid: host`.
        closed: where it mounts what a mode keeps for root: secrets and configs to read, tmpfs to write.
        attached: the named volumes that it mounts, for reading too.
        extends: the file ("" for its own) and the service that it extends, ("", "") for none.
    """

    file: str
    context: str = ""
    dockerfile: str = ""
    target: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    init: bool = False
    volumes: tuple[Mount, ...] = ()
    read_only: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    user: str = ""
    host_network: bool = False
    ports: tuple[int, ...] = ()
    memory: int = 0
    source: str = "compose"
    is_build: bool = True
    env_files: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    name: str = ""
    folder: str = ""
    is_ours: bool = False
    drops: bool = False
    shared: tuple[Mount, ...] = ()
    devices: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    attached: tuple[Attached, ...] = ()
    extends: tuple[str, str] = ("", "")

    @property
    def words_are(self) -> str:
        """What its command is called in its file."""
        return {"docker": "`docker run`", "kubernetes": "`args:`"}.get(self.source, "`command:`")


@dataclass(frozen=True, slots=True)
class Unread:
    """A compose file that is no YAML: what it says of this build cannot be told.

    Attributes:
        file: its name.
        line, column: of what cannot be read, from 1.
        problem: what is wrong there.
    """

    file: str
    line: int
    column: int
    problem: str

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.file}, line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Builds:
    """The names in the compose and bake files of a project, each with the file that has it.

    Attributes:
        contexts: keys of named contexts, as BuildKit compares them; `*` stands for a variable.
        images: what a service is called that is built, not pulled.
        arguments: build arguments that get a value.
        services: what is run in the images.
        unread: the files that cannot be read.
        calls: what is run in images by their names; `project.callers.read.joined` says which are built here.
        workshop: the file or folder that makes it a development container, "" where nothing does.
        pods: what Kubernetes runs in images of which nothing says where they are built.
        execs: the lines of Makefiles, workflows and READMEs that run something in a container that runs.
        base: the name of the file or its folder that says that others build on the image, "" for another name.
    """

    contexts: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    services: tuple[Service, ...] = ()
    unread: tuple[Unread, ...] = ()
    calls: tuple[Service, ...] = ()
    workshop: str = ""
    pods: tuple[Service, ...] = ()
    base: str = ""
    execs: tuple[str, ...] = ()

    @property
    def worked_in(self) -> Refusal | None:
        """Why what people do in the image is not changed; None where it is no development container (U21)."""
        if not self.workshop:
            return None
        reason = f"this is a development container ({self.workshop}): its tools choose the user and what runs"
        return Refusal("U21", reason, "set it in devcontainer.json")

    @property
    def doubt(self) -> Refusal | None:
        """Why what these files say is not known; None where all of them are read (Z09)."""
        if not self.unread:
            return None
        first = self.unread[0]
        return Refusal("Z09", f"cannot read {first.place}: {first.problem}", f"make {first.file} valid YAML")

    def context_of(self, reference: ImageReference) -> str:
        """Return the file that gives the build a context by the name of an image, "" where none does."""
        return _find(self.contexts, reference)

    def builder_of(self, reference: ImageReference) -> str:
        """Return the file that builds an image of this name, "" where none does."""
        return _find(self.images, reference)


def merged(every: Iterable[Builds]) -> Builds:
    """Return what all of them say together; the first one counts."""
    contexts, images, arguments = dict[str, str](), dict[str, str](), dict[str, str]()
    services, calls = list[Service](), list[Service]()
    unread: list[Unread] = []
    for builds in every:
        contexts = {**builds.contexts, **contexts}
        images = {**builds.images, **images}
        arguments = {**builds.arguments, **arguments}
        services += builds.services
        calls += builds.calls
        unread += builds.unread
    found = Builds(contexts, images, arguments, tuple(dict.fromkeys(services)), tuple(dict.fromkeys(unread)))
    return replace(found, calls=tuple(dict.fromkeys(calls)))


def _find(names: Mapping[str, str], reference: ImageReference) -> str:
    bare = ImageReference(reference.domain, reference.path, reference.tag)
    for wanted in {short_name(str(reference)), short_name(str(bare))}:
        if wanted in names:
            return names[wanted]
        for pattern in names:
            if "*" in pattern and _matches(wanted, pattern):
                return names[pattern]
    return ""


def _matches(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)


def short_name(name: str) -> str:
    """Return a name as BuildKit compares contexts: the short form of a reference, without `:latest`."""
    reference = ImageReference.parse(name)
    return (reference.familiar if reference else name).removesuffix(":latest")
