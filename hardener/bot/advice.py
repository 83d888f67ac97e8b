"""What a request changes for the one who merges it, by rule, and what to watch afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.bot.rewriting import Note
from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the table: what is said where one of its rules changed something, and what to watch then.

    Attributes:
        said: only findings that say this count; "" for all of the rules.
    """

    name: str
    rules: frozenset[str]
    changed: str
    watch: str = ""
    said: str = ""

    def paths(self, made: Iterable[Note]) -> list[str]:
        """Return the files in which one of its rules changed something."""
        return list(dict.fromkeys(n.path for n in made if n.rule in self.rules and self.said in n.message))


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
        frozenset({"add-init", "exec-form", "exec-script", "start-without-npm"}),
        "`docker stop` reaches the process at once, instead of killing it after ten seconds",
        "Arguments given to `docker run`, `command:` or `args:` reach the same program as before; look at deployments "
        "that override the entry point.",
    ),
    Subject(
        "Size, much",
        frozenset({"split-stages", "slim-base"}),
        "the image gets much smaller: what only the build needs stays out of it",
        "Programs that are only used by hand in the container (shells, compilers, `curl`) may be gone.",
    ),
    Subject(
        "Size, some",
        frozenset(
            {"clean-package-cache", "no-cache-dir", "no-install-recommends", "omit-build-packages", "merge-run",
             "copy-chmod-chown", "locked-install"}
        ),
        "the image gets smaller by package caches, lists, or files that were stored twice",
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
             "pin-definition-image",
             "replace-latest", "add-checksum"}
        ),
        "builds use exactly the images named here, until somebody moves them",
        "Pins age: let `harden update`, Renovate or Dependabot move them.",
    ),
    Subject(
        "Updates",
        frozenset({"update-pin", "update-service-pin"}),
        "builds use the images that the tags name now",
        "The images are other ones: build and test with them before you merge.",
    ),
    Subject(
        "Services",
        frozenset({"no-new-privileges", "log-limits", "restart-policy", "pids-limit", "service-init"}),
        "services of compose files get limits: privileges, log files, processes, restarts, or an init",
        "`docker compose up -d` makes these containers anew. A service that calls sudo or su, or starts thousands of "
        "processes, needs that line taken out.",
    ),
    Subject(
        "Pods",
        frozenset({"privilege-escalation", "container-capabilities", "run-as-non-root", "seccomp-profile"}),
        "containers of Kubernetes workloads get fewer rights: no setuid, no capabilities, no root, fewer system calls",
        "Pods are made anew when the manifests are applied. Look at the first ones; what fails with \"operation not "
        "permitted\" needs that setting taken out.",
    ),
    Subject(
        "Start",
        frozenset({"healthcheck", "jvm-memory"}),
        "a health check asks whether the service answers, or the JVM sizes its heap by the container's memory limit",
        "Look at the health status and the memory of the first containers.",
    ),
)  # fmt: skip


def table(made: list[Note]) -> list[tuple[str, str, list[str]]]:
    """Return (subject, what changes, in which files) for the findings that were changed."""
    return [(one.name, one.changed, one.paths(made)) for one in SUBJECTS if one.paths(made)]


def watched(made: list[Note]) -> list[str]:
    """Return what to watch after merging, for the findings that were changed."""
    return [one.watch for one in SUBJECTS if one.watch and one.paths(made)]
