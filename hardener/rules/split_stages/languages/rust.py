"""Rust: the binary on the Debian release that it was linked on (S16, S17)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import libraries, table
from hardener.rules.split_stages.languages.compiled import (
    installed,
    known_folder,
    named_release,
    same_release,
    slim,
    started_in,
    started_tool,
)
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import other

_FAMILIES = frozenset(("rust", "rust-slim", "rust-alpine"))
_OTHER = frozenset(
    ("install", "fetch", "test", "clippy", "fmt", "check", "init", "new", "chef", "vendor", "update", "clean", "sqlx")
)
#: packages of a distribution with the compiler
_PACKAGES = frozenset(("cargo", "rustc", "rust"))
_BIN = "/usr/local/cargo/bin"


def claims(case: Case) -> bool:
    """Tell whether the image is one of Rust's, or has its compiler from the distribution, and cargo builds there."""
    builds = any(call.name == "cargo" for call in case.calls)
    return builds and (case.image.family in _FAMILIES or bool(_PACKAGES & installed(case)))


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of cargo or rustup."""
    if call.name in ("rustup", "rustc", "git", "strip"):
        return Verdict(build=True)
    if call.name != "cargo":
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    verb = next((word for word in call.words if not word.startswith(("-", "+"))), "")
    if verb in ("build", "b", "rustc"):
        return Verdict(build=True, makes=started_in(case, _target(call, folder)))
    if verb == "install" and "--path" in call.words and "--root" not in call.words:
        wanted = {p[0].rpartition("/")[2] for p in case.programs}
        name, folder = _crate(case), _bin(case, call)
        return Verdict(build=True, makes=(f"{folder}/{name}",) if folder and name in wanted else ())
    if verb in _OTHER:
        tool = started_tool(case, call) if verb == "install" else None
        return tool or Verdict(build=True)
    return Refusal("S22", f"cannot tell which files `cargo {verb}` creates", "use cargo build")


def _target(call: Call, folder: str) -> str:
    argv = list(call.argv)
    given = next((argv[i + 1] for i, w in enumerate(argv[:-1]) if w == "--target-dir"), None)
    where = given or call.state.values.get("CARGO_TARGET_DIR") or "target"
    return call.path(where) or f"{folder}/target"


def _bin(case: Case, call: Call) -> str:
    """Return where `cargo install` puts programs; "" where that is not known."""
    if case.image.family in _FAMILIES:
        return _BIN
    home = call.state.values.get("CARGO_HOME")
    return f"{home}/bin" if home else "/root/.cargo/bin" if call.state.is_root else ""


def _crate(case: Case) -> str:
    text = case.project.text("Cargo.toml") or ""
    name = re.search(r"(?ms)^\[package\].*?^name\s*=\s*[\"']([^\"']+)", text)
    return name[1] if name else ""


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Rust program."""
    for program in case.programs:
        if program[0].rpartition("/")[2] in ("cargo", "rustup", "trunk", "watchexec"):
            return Refusal(
                "S28", f"`{' '.join(program)[:50]}` builds when the container starts", "start what cargo build makes"
            )
    builds = [call for call in case.calls if call.name == "cargo"]
    base = _base(case, builds)
    if isinstance(base, Refusal):
        return base
    text, image, build_base = base
    needs = _needs(case, image)
    if isinstance(needs, Refusal):
        return needs
    packages, doubts = needs
    on_path = any("/" not in p[0] for p in case.programs) and any("install" in call.words for call in builds)
    on_path = on_path and case.image.family in _FAMILIES
    return Target(
        text, image, build_base=build_base, packages=("ca-certificates", *packages), sources=False,
        runtime_env=f"PATH={_BIN}:$PATH" if on_path else "",
        root=builds[-1].folder or "/", doubts=doubts, is_plain=True,
        gain="the Rust toolchain, sources and build files",
    )  # fmt: skip


def _base(case: Case, builds: list[Call]) -> tuple[str, BaseImage, str | None] | Refusal:
    """Return the image of the runtime stage, and that of the build stage where it has to be named anew."""
    if case.image.family not in _FAMILIES:
        return *same_release(case), None
    musl = case.image.distro == "alpine" or any("musl" in word for call in builds for word in call.words)
    named = None if musl else named_release(case)
    if isinstance(named, Refusal):
        return named
    base = slim(case, static=musl) if named is None else other(f"debian:{named[1]}-slim")
    if isinstance(base, Refusal):
        return base
    return *base, named[0] if named else None


def _needs(case: Case, image: BaseImage) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    """Return the packages of the C libraries that the crates link, and what is not known of them (S09)."""
    lock = case.project.text("Cargo.lock")
    if lock is None:
        return (), ("cannot tell which C libraries the crates link without Cargo.lock",)
    packages: set[str] = set()
    unknown: list[str] = []
    for name in sorted(set(re.findall(r'(?m)^name = "([^"]+)"', lock))):
        need = table("rust").get(name)
        if need is None and name.endswith("-sys"):
            unknown.append(name)
        for word in (need or "").split():
            made = libraries(image, word) if image.pkg_manager == "apt" else ()
            if made is None:
                return Refusal("S09", f"harden does not know the libraries of {name} for this release")
            packages.update(made)
    doubts = (f"cannot tell the libraries of {', '.join(unknown[:4])}",) if unknown else ()
    return tuple(sorted(packages)), doubts


RUST = Ecosystem(
    "rust", claims, read, target, sources=("rs",),
    code=r"\.rs\Z|(^|/)(Cargo\.(toml|lock)|rust-toolchain(\.toml)?|(clippy|deny)\.toml)\Z|(^|/)(\.cargo|\.sqlx)/",
)  # fmt: skip
