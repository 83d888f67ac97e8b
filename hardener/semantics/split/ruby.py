"""Ruby: the gems and the application on the slim image of the same version (S09)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import libraries, table, words
from hardener.semantics.project.ruby import lock_sections
from hardener.semantics.split.bases import interpreter_base
from hardener.semantics.split.compiled import installed, known_folder
from hardener.semantics.split.plan import Call, Case, Ecosystem, Target, Verdict

_FAMILIES = frozenset(("ruby", "ruby-slim", "ruby-alpine"))
_GEMS = "/usr/local/bundle"
#: where Debian's and Ubuntu's own Ruby has gems that are installed as root
_SYSTEM_GEMS = "/var/lib/gems"
#: programs of the packages, not of gems
_OWN = frozenset(("ruby", "bundle", "bundler", "rake", "irb"))


def claims(case: Case) -> bool:
    """Tell whether the image is one of Ruby's, or has Ruby from Debian or Ubuntu, and the stage installs gems."""
    bundles = any(call.name in ("bundle", "bundler") for call in case.calls)
    return bundles and (case.image.family in _FAMILIES or _is_system(case))


def _is_system(case: Case) -> bool:
    return case.image.pkg_manager == "apt" and bool({"ruby", "ruby-full"} & installed(case))


def _gems(case: Case) -> tuple[str, ...]:
    """Return where gems go that no setting sends elsewhere, and their programs."""
    if not _is_system(case):
        return (_GEMS,)
    plain = all(program[0].rpartition("/")[2] in _OWN for program in case.programs)
    return (_SYSTEM_GEMS,) if plain else (_SYSTEM_GEMS, "/usr/local/bin")


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
    usual = _gems(case)[0]
    return call.path(given or ("vendor/bundle" if deploys else usual)) or usual


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of bundler, gem or rails."""
    if call.name not in ("bundle", "bundler", "gem", "rails", "rake"):
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    verb = next((word for word in call.words if not word.startswith("-")), "install")
    if call.name == "gem":
        only = all(
            word in ("install", "bundler", "update") or word.startswith("-") or word[:1].isdigit()
            for word in call.words
        )
        return (
            Verdict(build=True, makes=_gems(case))
            if only
            else Refusal("S22", "gems outside of the Gemfile", "add them to it")
        )
    if call.name in ("bundle", "bundler") and verb in ("config", "check", "clean", "lock", "cache", "audit"):
        return Verdict(build=True)
    if call.name in ("bundle", "bundler") and verb in ("install", "update"):
        path = _path(case, call)
        if path == _gems(case)[0]:
            return Verdict(build=True, makes=_gems(case))
        return Verdict(build=True, makes=(path,) if _is_system(case) else (path, _GEMS))
    if "assets:precompile" in call.words and folder != "/":
        return Verdict(build=True, makes=(folder,), whole=True)
    if any(word in ("rubocop", "rspec", "test", "spec") for word in call.words):
        return Verdict(build=True)
    return Refusal("S22", f"what `{' '.join(call.raw.split())[:50]}` writes is not known", "split by hand")


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Ruby program."""
    base = interpreter_base(case, "ruby")
    if isinstance(base, Refusal):
        return base
    text, image = base
    sections = lock_sections(case.project.files)
    if sections is not None and "PATH" in sections:
        return Refusal("S19", "gems are taken from folders", "split by hand")
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
        return (), ("without Gemfile.lock the gems are not known",)
    names = {m[1] for line in sections.get("GEM", ()) if (m := re.match(r"    ([\w.-]+) \(", line))}
    packages: set[str] = set()
    for name in sorted(names):
        for word in table("ruby", "libraries").get(name, "").split():
            made = (word[1:],) if word.startswith("=") else libraries(image, word)
            if made is None:
                return Refusal("S09", f"the libraries of {name} are not known for this release", "name the release")
            packages.update(made)
    unknown = sorted(names - words("ruby", "none") - table("ruby", "libraries").keys())
    doubt = f"what {', '.join(unknown[:4])}{' …' * (len(unknown) > 4)} links is not known"
    return tuple(sorted(packages)), (doubt,) if unknown else ()


RUBY = Ecosystem("ruby", claims, read, target, sources=("rb", "ru", "rake"))
