"""What a request changes for the one who merges it, by rule, and what to watch afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hardener.bot.rewriting import Note
from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the table: what is said where one of its rules changed something, and what to watch then.

    Attributes:
        said: only findings that say this count; "" for all of the rules.
        parts: what `{}` in `changed` stands for, by rule: only those that changed something are named.
    """

    name: str
    rules: frozenset[str]
    changed: str
    watch: str = ""
    said: str = ""
    parts: Mapping[str, str] = MappingProxyType({})

    def paths(self, made: Iterable[Note]) -> list[str]:
        """Return the files in which one of its rules changed something."""
        return list(dict.fromkeys(n.path for n in made if n.rule in self.rules and self.said in n.message))

    def sentence(self, made: Iterable[Note]) -> str:
        """Return what changes, with the parts that its rules changed."""
        rules = {note.rule for note in made}
        named = list(dict.fromkeys(text for rule, text in self.parts.items() if rule in rules))
        return self.changed.replace("{}", listed(named))


def listed(words: list[str]) -> str:
    """Return words as a sentence lists them: "a, b and c"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _by_rule(name: str, changed: str, watch: str, parts: dict[str, str]) -> Subject:
    return Subject(name, frozenset(parts), changed, watch, parts=MappingProxyType(parts))


SUBJECTS = (
    Subject(
        "User",
        frozenset({"add-user"}),
        "the process runs as a user without privileges, no longer as root",
        "Volumes and mounted folders that root wrote earlier belong to root: give them to the new user once. A process "
        "that listens below port 1024 or installs something at start needs root.",
        said="runs as root",
    ),
    Subject(
        "Stop",
        frozenset({"add-init", "exec-form", "exec-script", "start-without-npm", "stop-signal"}),
        "`docker stop` reaches the process at once, instead of killing it after ten seconds",
        "Arguments given to `docker run`, `command:` or `args:` reach the same program as before; look at deployments "
        "that override the entry point.",
    ),
    Subject(
        "Size, much",
        frozenset({"split-stages", "slim-base", "static-base"}),
        "the image gets much smaller: what only the build needs stays out of it",
        "Programs that are only used by hand in the container (shells, compilers, `curl`) may be gone.",
    ),
    Subject("Web server", frozenset({"nginx-site"}), "nginx serves the site, no longer Node"),
    Subject(
        "Size, some",
        frozenset(
            {"clean-package-cache", "no-cache-dir", "no-install-recommends", "omit-build-packages", "merge-run",
             "copy-chmod-chown", "locked-install"}
        ),
        "the image gets smaller by package caches, lists, or files that were stored twice",
    ),
    _by_rule(
        "Less in it",
        "the image leaves out {}",
        "Who looked into a container with these tools, or with a debugger, finds them missing.",
        {
            "unused-tools": "tools that nothing calls",
            "narrow-copy": "sources and what builds leave",
            "strip-binaries": "names for debuggers",
            "shallow-clone": "the history of cloned repositories",
            "no-self-upgrade": "a second copy of the package manager",
        },
    ),
    Subject(
        "Cache",
        frozenset({"copy-manifests-first", "install-before-copy", "cache-mount"}),
        "a change of the sources alone no longer downloads the packages again",
    ),
    Subject(
        "Build context",
        frozenset({"dockerignore"}),
        "less is sent to the builder, and .git, caches and keys stay out of images",
        "A build that reads a file which .dockerignore now names fails with \"not found\": take that line out.",
    ),
    Subject(
        "Pins",
        frozenset(
            {"pin-base-digest", "pin-copied-image", "pin-frontend", "pin-service-image", "pin-manifest-image",
             "pin-definition-image", "replace-latest", "service-latest", "manifest-latest", "definition-latest",
             "add-checksum"}
        ),
        "builds use exactly the images named here, until somebody moves them",
        "Pins age: let `harden update`, Renovate or Dependabot move them.",
    ),
    Subject(
        "Updates",
        frozenset({"update-pin", "update-service-pin", "update-manifest-pin", "update-definition-pin"}),
        "builds use the images that the tags name now",
        "The images are other ones: build and test with them before you merge.",
    ),
    _by_rule(
        "Services",
        "services of compose files get {}",
        "`docker compose up -d` makes these containers anew. A service that calls sudo or su, or starts thousands of "
        "processes, needs that line taken out.",
        {
            "no-new-privileges": "no way to gain privileges",
            "drop-capabilities": "only the capabilities that they need",
            "service-user": "a user that is not root",
            "pids-limit": "a limit of processes",
            "resource-limits": "limits of memory and processors",
            "log-limits": "bounded logs",
            "restart-policy": "a restart policy",
            "service-init": "an init",
        },
    ),
    _by_rule(
        "Pods",
        "containers of Kubernetes workloads get {}",
        "Pods are made anew when the manifests are applied. Look at the first ones; what fails with \"operation not "
        "permitted\" needs that setting taken out.",
        {
            "privilege-escalation": "no way to gain privileges",
            "container-capabilities": "only the capabilities that they need",
            "run-as-non-root": "a user that is not root",
            "seccomp-profile": "fewer system calls",
        },
    ),
    Subject(
        "Read-only root",
        frozenset({"read-only-root", "read-only-filesystem"}),
        "containers write only to their volumes and to memory",
        "What fails with \"Read-only file system\" needs a volume or a tmpfs at that place.",
    ),
    _by_rule(
        "Health",
        "{}",
        "Look at the health status of the first containers.",
        {
            "healthcheck": "the image's health check asks whether the service answers",
            "service-health": "health checks ask known servers whether they answer",
            "wait-for-health": "services wait until those that they need are healthy",
        },
    ),
    Subject(
        "Memory",
        frozenset({"jvm-memory"}),
        "the JVM sizes its heap by the container's memory limit",
        "Look at the memory of the first containers.",
    ),
    Subject(
        "Ports",
        frozenset({"local-ports"}),
        "databases and debuggers are reached from this machine alone",
        "Who reaches them from another machine needs a tunnel, or the old line.",
    ),
    _by_rule(
        "Secrets",
        "{}",
        "A build or a service that gets no secret says so at once: see the lines that changed for its name.",
        {
            "secret-files": "services get secrets as files",
            "build-secrets": "secrets stay out of the image and its history",
        },
    ),
    _by_rule(
        "Builds",
        "{}",
        "A build that went on after a failed download stops now.",
        {
            "pipefail": "a build stops where a download before a pipe fails",
            "base-upgrade": "a pinned base is not upgraded beside its pin",
            "open-permissions": "only the owner may write",
        },
    ),
    Subject(
        "Logs",
        frozenset({"python-unbuffered"}),
        "what Python prints is in the log at once",
    ),
    Subject(
        "Production",
        frozenset({"node-production"}),
        "Node.js runs in production: Express and others show no stack to visitors, and keep their views in memory",
    ),
    Subject(
        "Labels",
        frozenset({"image-labels"}),
        "the image says which repository, title and licence it has",
    ),
    Subject(
        "Form",
        frozenset(
            {"legacy-env", "absolute-workdir", "maintainer-label", "apt-get", "no-sudo", "use-copy", "platform-args",
             "obsolete-version", "join-installs", "cd-workdir"}
        ),
        "the same is written in today's form",
    ),
)  # fmt: skip


def table(made: list[Note]) -> list[tuple[str, str, list[str]]]:
    """Return (subject, what changes, in which files) for the findings that were changed."""
    return [(one.name, one.sentence(made), one.paths(made)) for one in SUBJECTS if one.paths(made)]


def watched(made: list[Note]) -> list[str]:
    """Return what to watch after merging, for the findings that were changed."""
    return [one.watch for one in SUBJECTS if one.watch and one.paths(made)]
