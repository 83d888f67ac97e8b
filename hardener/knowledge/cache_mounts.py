"""Where package managers keep what they download, for cache mounts (C02-C05)."""

from __future__ import annotations

import re

from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class CacheMount:
    """The download cache of one tool.

    Attributes:
        name: of the tool.
        fetches: found at the start of a command (its words, joined by blanks) that fills the cache.
        targets: folders to mount; `~` is the home of the user.
        cleans: found at the start of a command that only empties the cache: it goes.
        refuses: options and variables that switch the cache off: options go, a variable holds the mount back.
        adds: options that the fetching command needs for the cache to be used.
        locked: only one build at a time may use it (C04).
        later: found in the text of another RUN: that one needs the cache to be there (C03).
    """

    name: str
    fetches: re.Pattern[str]
    targets: tuple[str, ...]
    cleans: re.Pattern[str] | None = None
    refuses: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    locked: bool = False
    later: re.Pattern[str] | None = None


def _row(name: str, fetches: str, targets: str, cleans: str = "", **more: object) -> CacheMount:
    later = more.get("later")
    return CacheMount(
        name,
        re.compile(rf"(?:\S*/)?(?:{fetches})"),
        tuple(targets.split()),
        re.compile(rf"(?:{cleans})\s*\Z") if cleans else None,
        tuple(str(more.get("refuses", "")).split()),
        tuple(str(more.get("adds", "")).split()),
        bool(more.get("locked")),
        re.compile(str(later)) if later else None,
    )


_PIP = r"(?:pip[\d.]*|python[\d.]* -m pip|uv pip) (?:-\S+ )*(?:install|wheel|download)\b"
CACHE_MOUNTS = (
    _row("apt", r"apt(?:-get)? (?:-\S+ )*(?:install|update|upgrade|dist-upgrade|build-dep)\b",
         "/var/cache/apt /var/lib/apt/lists", r"apt(?:-get)? (?:-\S+ )*(?:auto)?(?:dist-)?clean", locked=True),
    _row("apk", r"apk (?:-\S+ )*add\b", "/var/cache/apk", refuses="--no-cache",
         adds="--update-cache --cache-dir=/var/cache/apk", locked=True),
    _row("dnf", r"dnf5? (?:-\S+ )*(?:install|update|upgrade|groupinstall|reinstall)\b", "/var/cache/dnf",
         r"dnf5? (?:-\S+ )*clean(?: \S+)+", adds="--setopt=keepcache=True", locked=True),
    _row("zypper", r"zypper (?:-\S+ )*(?:install|in|update|up|dup|patch)\b", "/var/cache/zypp",
         r"zypper (?:-\S+ )*(?:clean|cc)(?: \S+)*", locked=True),
    _row("pip", _PIP, "~/.cache/pip", r"pip[\d.]* cache purge", refuses="--no-cache-dir PIP_NO_CACHE_DIR"),
    _row("uv", r"uv (?:-\S+ )*(?:sync|pip install|tool install|add)\b", "~/.cache/uv", r"uv cache (?:clean|prune)",
         refuses="--no-cache -n UV_NO_CACHE UV_CACHE_DIR"),
    _row("poetry", r"poetry (?:-\S+ )*(?:install|add|sync|update)\b",
         "~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache", r"poetry cache clear(?: \S+)*",
         refuses="--no-cache POETRY_CACHE_DIR"),
    _row("pipenv", r"pipenv (?:-\S+ )*(?:install|sync)\b", "~/.cache/pipenv ~/.cache/pip", r"pipenv --clear",
         refuses="PIPENV_CACHE_DIR PIP_NO_CACHE_DIR"),
    _row("npm", r"npm (?:-\S+ )*(?:install|i|ci|add|clean-install)\b", "~/.npm", r"npm cache clean(?: --force| -f)?",
         refuses="npm_config_cache NPM_CONFIG_CACHE"),
    _row("yarn", r"yarn(?: (?:-\S+ )*(?:install|add)\b| -|\Z)", "/usr/local/share/.cache/yarn",
         r"yarn cache clean(?: \S+)*", refuses="YARN_CACHE_FOLDER"),
    _row("pnpm", r"pnpm (?:-\S+ )*(?:install|i|ci|add|fetch)\b", "~/.local/share/pnpm/store", r"pnpm store prune",
         refuses="PNPM_HOME --store-dir", later=r"pnpm .*--offline"),
    _row("bun", r"bun (?:-\S+ )*(?:install|i|ci|add)\b", "~/.bun/install/cache", r"bun pm cache rm",
         refuses="--no-cache BUN_INSTALL"),
    _row("bundler", r"bundle(?: (?:-\S+ )*install\b|\Z)", "/usr/local/bundle/cache", refuses="BUNDLE_PATH GEM_HOME",
         later=r"bundle .*--local"),
    _row("composer", r"composer (?:-\S+ )*(?:install|update|require|create-project)\b", "/tmp/cache",
         r"composer (?:clear-?cache|cc)", refuses="--no-cache COMPOSER_CACHE_DIR COMPOSER_HOME"),
    _row("go", r"go (?:build|install|mod download|get|test|vet|generate)\b", "/go/pkg/mod ~/.cache/go-build",
         r"go clean(?: -\S+)+", refuses="GOPATH GOMODCACHE GOCACHE", later=r"GOPROXY=off|GOFLAGS=\S*mod=mod"),
    _row("cargo", r"cargo (?:\+\S+ )?(?:build|b|install|fetch|test|check|run|chef cook)\b",
         "/usr/local/cargo/registry /usr/local/cargo/git/db", refuses="CARGO_HOME",
         later=r"cargo .*(--offline|--frozen|vendor)"),
    _row("maven", r"(?:\./)?mvnw? ", "~/.m2/repository", later=r"mvnw? .*(-o|--offline)\b"),
    _row("gradle", r"(?:\./)?gradlew? ", "~/.gradle/caches", refuses="GRADLE_USER_HOME",
         later=r"gradlew? .*--offline\b"),
    _row("dotnet", r"dotnet (?:restore|build|publish|test|pack)\b", "~/.nuget/packages",
         r"dotnet nuget locals \S+ --clear", refuses="NUGET_PACKAGES", later=r"dotnet .*--no-(restore|build)\b"),
)  # fmt: skip
#: official images whose settings put a cache where the table says; elsewhere the tool keeps it in another place
IMAGES = {
    "bundler": ("ruby",), "composer": ("composer",), "go": ("golang",), "cargo": ("rust",), "maven": ("maven",),
}  # fmt: skip
#: programs that read the cache when the image runs (C03)
RUNS_FROM_CACHE = {
    "go": ("go",), "cargo": ("cargo",), "dotnet": ("dotnet run", "dotnet watch"), "maven": ("mvn", "./mvnw"),
    "gradle": ("gradle", "./gradlew"),
}  # fmt: skip
