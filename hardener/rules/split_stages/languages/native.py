"""C and C++: the program, or what `make install` puts below /usr/local, on the same distribution (S16)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.compiled import is_plain_image, known_folder, started_in
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict

_COMPILERS = frozenset(("gcc", "g++", "cc", "c++", "clang", "clang++"))
_BUILDERS = frozenset(
    ("make", "cmake", "ninja", "meson", "configure", "autogen.sh", "autoreconf", "bootstrap", "ctest")
)
#: words that send an installation elsewhere than below /usr/local
_PLACES = ("DESTDIR=", "PREFIX=", "prefix=", "--prefix")
_LIBRARY = regex(
    r"-shared\b|\.so\b|add_library\s*\([^)]*\b(SHARED|MODULE)\b|BUILD_SHARED_LIBS|ExternalProject_Add|dlopen"
)
#: build files that people write: what they install, and where
_WRITTEN = regex(r"(^|/)(GNUmakefile|[Mm]akefile|CMakeLists\.txt|meson\.build|[^/]*\.(mk|cmake))\Z")
_ELSEWHERE = regex(
    r"(?im)^\s*\w*(prefix|dir)\s*[?:]*=\s*/(?!usr/local\b)"
    r"|\b(install|cp|mv|ln|mkdir)\b[^\n]*[\s\"']/(?!usr/local\b|dev/null\b|tmp\b)\w"
    r"|\bDESTINATION\s+\"?/(?!usr/local\b)|\bCMAKE_INSTALL_(PREFIX|SYSCONFDIR|FULL)"
)
_INSTALL_TARGET = regex(r"(?m)^install\b[^:\n]*:")
_PREFIX = regex(r"(?i)prefix|bindir|/usr/local\b")
_BUILT = regex(
    r"(^|/)(GNUmakefile|[Mm]akefile(\.am|\.in)?|CMakeLists\.txt|meson\.build|configure(\.ac)?|[^/]*\.(mk|cmake))\Z"
)


def claims(case: Case) -> bool:
    """Tell whether the stage compiles C or C++ on a plain image of Debian, Ubuntu or Alpine."""
    plain = is_plain_image(case) or case.image.family == "buildpack-deps"
    return plain and any(call.name in _COMPILERS | _BUILDERS for call in case.calls)


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a compiler or a build tool."""
    if call.name in ("strip", "ar", "ranlib", "pkg-config", "git"):
        clones = call.name == "git" and "clone" in call.words
        return Refusal("S22", "the build fetches the sources", "copy them") if clones else Verdict(build=True)
    if call.name not in _COMPILERS | _BUILDERS:
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    if call.name in _COMPILERS:
        return _compiler(case, call)
    if "install" in call.words or "--install" in call.words:
        words = [word for other in case.calls for word in other.words]
        if any("CMAKE_INSTALL_PREFIX" in word or word.startswith(_PLACES) for word in words):
            return Refusal("S22", "the program is installed in an unusual place", "copy it by hand")
        return Verdict(build=True, makes=("/usr/local",))
    made = started_in(case, folder)
    return Verdict(build=True, makes=made)


def _compiler(case: Case, call: Call) -> Verdict | Refusal:
    words = list(call.argv[1:])
    if "-c" in words or "-E" in words or "-S" in words:
        return Verdict(build=True)
    if "-shared" in words:
        return Refusal(
            "S10", "the build makes a shared library, which may be loaded by name", "install it below /usr/local"
        )
    output = next((words[i + 1] for i, word in enumerate(words[:-1]) if word == "-o"), "a.out")
    made = call.path(output) if output else None
    return Verdict(build=True, makes=(made,)) if made else Refusal("S22", "cannot tell what is compiled")


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a C or C++ program: the same image twice, without the compilers in the second."""
    for program in case.programs:
        if program[0].rpartition("/")[2] in ("make", "cmake", "gdb", "valgrind", "ctest", "bash", "sh"):
            return Refusal(
                "S28", f"`{' '.join(program)[:50]}` needs what only the build has", "start the program itself"
            )
    builds = [call for call in case.calls if call.name in _COMPILERS | _BUILDERS]
    flags = " ".join(word for call in builds for word in call.words)
    if case.image.family == "buildpack-deps":
        return Refusal("S09", "the image has libraries of its own, and some of them may be needed", "build on debian")
    for path in case.project.paths:
        text = case.project.text(path) if _BUILT.search(path) else None
        flags += " " + (text or "")
        if text and _WRITTEN.search(path) and _installs_elsewhere(case, text):
            return Refusal("S22", f"{path} may install outside /usr/local", "copy what it installs by hand")
        if text and _LIBRARY.search(text):
            return Refusal(
                "S10", f"{path} makes or loads shared libraries", "install them below /usr/local, or split by hand"
            )
    return Target(
        case.written, case.image, sources=False, root=_root(case, builds[0].folder or "/"),
        is_plain="openmp" not in flags.lower(), gain="compilers, headers and sources",
    )  # fmt: skip


def _installs_elsewhere(case: Case, text: str) -> bool:
    """Tell whether a build file may install to other places than those below /usr/local, or does not say where."""
    if not any({"install", "--install"} & set(call.words) for call in case.calls if call.name in _BUILDERS):
        return False
    named = _INSTALL_TARGET.search(text) is None or _PREFIX.search(text) is not None
    return _ELSEWHERE.search(text) is not None or not named


def _root(case: Case, folder: str) -> str:
    """Return where the sources lie: the build may run in a folder below them, as in `cmake ..`."""
    copied = [paths.target(case, step) for step in case.steps if step.node.name == "COPY"]
    above = [where.rstrip("/") for where in copied if where and where != "/" and is_within(folder, where)]
    return min(above, key=len, default=folder)


NATIVE = Ecosystem(
    "c", claims, read, target, sources=("c", "cc", "cpp", "cxx", "h", "hpp"),
    code=r"\.(c|cc|cpp|cxx|h|hh|hpp|hxx|o|a|s|S|asm|inc|in|am|ac|m4|mk|cmake)\Z"
    r"|(^|/)(CMakeLists\.txt|meson\.build|configure|autogen\.sh|\.clang-\w+)\Z",
)  # fmt: skip
