"""Ruby: the gems and the application on the slim image of the same version (S09)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import libraries, table, words
from hardener.project.ruby import lock_sections
from hardener.rules.split_stages.languages.compiled import installed, is_plain_image, known_folder
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import interpreter_base

_FAMILIES = frozenset(("ruby", "ruby-slim", "ruby-alpine"))
_GEMS = "/usr/local/bundle"
#: where Debian's own Ruby puts gems that root installs, and their programs
_DEBIAN = ("/var/lib/gems", "/usr/local/bin")
_RUBY = regex(r"ruby(\d\.\d)?(-dev|-full)?|bundler|ruby-bundler")
_INSTALLERS = ("bundle", "bundler", "gem")


def claims(case: Case) -> bool:
    """Tell whether the stage installs gems, on an image of Ruby's or with the Ruby of Debian or Ubuntu."""
    installs = any(call.name in ("bundle", "bundler") for call in case.calls)
    if case.image.family in _FAMILIES:
        return installs or any(call.name == "gem" and "build" in call.words for call in case.calls)
    return _is_packaged(case) and any(call.name in _INSTALLERS for call in case.calls)


def _is_packaged(case: Case) -> bool:
    """Tell whether Ruby is a package of Debian or Ubuntu."""
    return case.image.pkg_manager == "apt" and is_plain_image(case) and any(map(_RUBY.fullmatch, installed(case)))


def _path(case: Case, call: Call) -> str:
    """Return where the gems go: as BUNDLE_PATH or `bundle config` says, else where the image says."""
    given = call.state.values.get("BUNDLE_PATH")
    for other in case.calls:
        plain = [word for word in other.words if not word.startswith("-")]
        if other.name == "bundle" and plain[:1] == ["config"] and "path" in plain:
            given = plain[-1]
        if "--path" in other.words:
            given = other.words[other.words.index("--path") + 1] if other.words[-1] != "--path" else given
    deploys = any(w in ("--deployment", "deployment") for c in case.calls if c.name == "bundle" for w in c.words)
    return call.path(given or ("vendor/bundle" if deploys else _GEMS)) or _GEMS


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of bundler, gem or rails."""
    if call.name not in ("bundle", "bundler", "gem", "rails", "rake"):
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    verb = next((word for word in call.words if not word.startswith("-")), "install")
    if call.name == "gem":
        return _gem(case, call)
    if _is_packaged(case):
        return _bundled(case, call, folder, verb)
    if call.name in ("bundle", "bundler") and verb in ("config", "check", "clean", "lock", "cache", "audit"):
        return Verdict(build=True)
    if call.name in ("bundle", "bundler") and verb in ("install", "update"):
        return Verdict(build=True, makes=(_path(case, call), _GEMS) if _path(case, call) != _GEMS else (_GEMS,))
    if "assets:precompile" in call.words and folder != "/":
        return Verdict(build=True, makes=(folder,), whole=True)
    if any(word in ("rubocop", "rspec", "test", "spec") for word in call.words):
        return Verdict(build=True)
    return Refusal("S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` writes", "split by hand")


def _gem(case: Case, call: Call) -> Verdict | Refusal:
    """Return what becomes of `gem`: bundler itself, and gems that are built of the build context."""
    words = [word for word in call.words if not word.startswith("-")]
    if words[:1] == ["build"]:
        return Verdict(build=True)
    of_the_build = any(other.name == "gem" and "build" in other.words for other in case.calls)
    known = all(
        word in ("install", "bundler", "update") or word[:1].isdigit() or (of_the_build and word.endswith(".gem"))
        for word in words
    )
    if not known:
        return Refusal("S22", "gems that the Gemfile does not name are installed", "add them to it")
    if set(call.words) & {"--user-install", "-i", "--install-dir", "-n", "--bindir"}:
        return Refusal("S08", "gems are installed in an unusual place", "install them where gem does by default")
    if not _is_packaged(case):
        return Verdict(build=True, makes=(_GEMS,))
    if not call.state.is_root or "GEM_HOME" in call.state.values:
        return Refusal("S08", "gems are not installed where root's gems are", "install them as root")
    return Verdict(build=True, makes=_DEBIAN)


def _bundled(case: Case, call: Call, folder: str, verb: str) -> Verdict | Refusal:
    """Return what becomes of Debian's own bundler, which keeps its settings in the folder of the application."""
    settings = (f"{folder.rstrip('/')}/.bundle",)
    if call.name == "rake" or verb not in ("config", "check", "lock", "install"):
        return Refusal("S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` writes", "split by hand")
    if verb == "config":
        if "--local" not in call.words or "unset" in call.words:
            return Refusal("S22", "cannot tell where bundler keeps its settings", "use --local, or BUNDLE_PATH")
        return Verdict(build=True, makes=settings if len(call.words) > 3 else ())
    if verb != "install":
        return Verdict(build=True)
    remembered = any(re.match(r"--(path|deployment|without|with|binstubs)\b", word) for word in call.words)
    where = _path(case, call)
    if where != _GEMS:
        return Verdict(build=True, makes=(where, *(settings if remembered else ())))
    if not call.state.is_root or call.state.values.keys() & {"GEM_HOME", "BUNDLE_APP_CONFIG", "BUNDLE_USER_HOME"}:
        return Refusal("S08", "gems are not installed where root's gems are", "set BUNDLE_PATH")
    return Verdict(build=True, makes=(*_DEBIAN, *(settings if remembered else ())))


def _debian(case: Case) -> Target | Refusal:
    """Return the stages of a program that Debian's own Ruby runs: the same image twice."""
    sections = lock_sections(case.project.files)
    if sections is not None and "PATH" in sections:
        return Refusal("S19", "some gems come from folders of the project itself", "split by hand")
    for program in case.programs:
        if program[0].rpartition("/")[2] in ("gem", "rake") or "install" in program[1:2]:
            return Refusal(
                "S28", f"`{' '.join(program)[:50]}` builds when the container starts", "install in the build"
            )
    bundles = any(call.name in ("bundle", "bundler") for call in case.calls)
    headers = {name for name in installed(case) if name.startswith("ruby") and name.endswith("-dev")}
    return Target(
        case.written, case.image, gain="compilers and headers",
        instead=tuple((name, name.removesuffix("-dev")) for name in sorted(headers) if _RUBY.fullmatch(name)),
        doubts=("cannot tell which gems are installed without Gemfile.lock",) if bundles and sections is None else (),
    )  # fmt: skip


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Ruby program."""
    if _is_packaged(case):
        return _debian(case)
    base = interpreter_base(case, "ruby")
    if isinstance(base, Refusal):
        return base
    text, image = base
    sections = lock_sections(case.project.files)
    if sections is not None and "PATH" in sections:
        return Refusal("S19", "some gems come from folders of the project itself", "split by hand")
    needs = _needs(sections, image, same=image.family == case.image.family)
    if isinstance(needs, Refusal):
        return needs
    packages, doubts = needs
    return Target(text, image, packages=packages, doubts=doubts, gain="compilers and headers", is_plain=not doubts)


def _needs(
    sections: dict[str, list[str]] | None, image: BaseImage, *, same: bool
) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    if same:
        return (), ()
    if sections is None:
        return (), ("cannot tell which gems are installed without Gemfile.lock",)
    names = {m[1] for line in sections.get("GEM", ()) if (m := re.match(r"    ([\w.-]+) \(", line))}
    packages: set[str] = set()
    for name in sorted(names):
        for word in table("ruby", "libraries").get(name, "").split():
            made = (word[1:],) if word.startswith("=") else libraries(image, word)
            if made is None:
                return Refusal(
                    "S09", f"harden does not know the libraries of {name} for this release", "name the release"
                )
            packages.update(made)
    unknown = sorted(names - words("ruby", "none") - table("ruby", "libraries").keys())
    doubt = f"cannot tell the libraries of {', '.join(unknown[:4])}{' …' * (len(unknown) > 4)}"
    return tuple(sorted(packages)), (doubt,) if unknown else ()


RUBY = Ecosystem("ruby", claims, read, target, sources=("rb", "ru", "rake"))
