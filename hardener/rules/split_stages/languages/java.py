"""Java: one jar with everything in it, on the JRE of the same major version (S18, S19)."""

from __future__ import annotations

import itertools
import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.rules.split_stages.languages.compiled import installed, known_folder
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import other

_TOOLS = frozenset(("mvn", "mvnw", "gradle", "gradlew"))
_COMPILERS = frozenset(("javac", "jar"))
_FAMILIES = ("maven", "gradle", "eclipse-temurin-jdk", "openjdk", "amazoncorretto")
#: packages of a distribution with a JDK; what runs its programs is called the same, with jre
_PACKAGE = regex(r"(openjdk-\d+-jdk|default-jdk)(-headless)?\Z|openjdk\d+(-jdk)?\Z")
#: tags of openjdk that there is with -jre too: only of 8 and 11 (official-images, library/openjdk until 2022)
_OWN_JRE = regex(
    r"(8(?:u\d+)?|11(?:\.0(?:\.\d+)?)?)(?:-jdk)?((?:-slim)?(?:-(?:stretch|buster|bullseye))?|(?<=8)-alpine|(?<=8-jdk)-alpine)\Z"
)
_OTHER = "eclipse-temurin is another build of OpenJDK, on another distribution, with certificates of its own (B18)"
_FAT_MAVEN = regex(r"spring-boot-maven-plugin|maven-shade-plugin|jar-with-dependencies")
_FAT_GRADLE = regex(r"org\.springframework\.boot|com\.github\.johnrengelman\.shadow|com\.gradleup\.shadow")
_NEEDS_GRADLE = regex(r"(?m)^[ \t]*(implementation|api|runtimeOnly|compile)\b")
#: what only a JDK has
_JDK = regex(r"javax\.tools|com\.sun\.(tools|jdi)|ToolProvider|jdk\.(compiler|jshell|jartool|jlink|javadoc)")


def claims(case: Case) -> bool:
    """Tell whether the image has a JDK, of its own or from the distribution, and the stage builds with it."""
    if not any(call.name in _TOOLS | _COMPILERS for call in case.calls):
        return False
    return case.image.family.startswith(_FAMILIES) or bool(_packages(case))


def _packages(case: Case) -> tuple[str, ...]:
    """Return the packages with a JDK that the stage installs."""
    return tuple(sorted(name for name in installed(case) if _PACKAGE.match(name)))


def jar(case: Case) -> str | None:
    """Return the absolute path of the jar that the image starts."""
    for program in case.programs:
        if program[0].rpartition("/")[2] == "java" and "-jar" in program[:-1]:
            name = program[program.index("-jar") + 1]
            plain = not re.search(r"[*?$]", name)
            return posixpath.normpath(posixpath.join(case.stage.end.workdir or "/", name)) if plain else None
    return None


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of Maven or Gradle."""
    if call.name in ("dos2unix", "git"):
        return Verdict(build=True)
    if call.name not in _TOOLS | _COMPILERS:
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    if call.name == "javac":
        return _compiled(case, call)
    if call.name == "jar":
        return _packed(case, call)
    if any(word in ("deploy", "site", "spring-boot:run", "bootRun", "run", "publish") for word in call.words):
        return Refusal("S28", f"`{call.name} {' '.join(call.words)[:40]}` is not just a build")
    made = jar(case)
    place = f"{folder.rstrip('/')}/{'target' if call.name.startswith('mvn') else 'build/libs'}"
    return Verdict(build=True, makes=(made,) if made and is_within(made, place) else ())


def _compiled(case: Case, call: Call) -> Verdict | Refusal:
    """Return what javac makes: classes for a jar, or the folder that the class path names."""
    if jar(case) is not None:
        return Verdict(build=True)
    words = list(call.argv)
    given = next((words[at + 1] for at, word in enumerate(words[:-1]) if word == "-d"), None)
    folder = call.path(given) if given else None
    if folder is None or folder not in classes(case):
        return Refusal("S18", "the classes that javac makes may lie anywhere", "pack them into a jar, or use -d")
    return Verdict(build=True, makes=(folder,))


def _packed(case: Case, call: Call) -> Verdict | Refusal:
    """Return the jar that `jar cf x.jar …` or `jar --create --file x.jar` makes."""
    words = [word or "" for word in call.argv[1:]]
    letters = words[0].lstrip("-") if words else ""
    name = next((w.partition("=")[2] for w in words if w.startswith("--file=")), "")
    if "--create" in words and "--file" in words[:-1]:
        name = words[words.index("--file") + 1]
    elif letters.isalpha() and "c" in letters and "f" in letters and not words[0].startswith("--"):
        named = [letter for letter in letters if letter in "fme"]
        name = words[1 + named.index("f")] if len(words) > len(named) else ""
    made = call.path(name) if name else None
    if made is None:
        return Refusal("S18", f"cannot tell what `{' '.join(call.raw.split())[:40]}` makes", "name the jar")
    return Verdict(build=True, makes=(made,) if made == jar(case) else ())


def classes(case: Case) -> tuple[str, ...]:
    """Return the absolute folders and jars of the class path that the image starts with."""
    found = []
    for program in case.programs:
        for option, value in itertools.pairwise(program):
            if option in ("-cp", "-classpath", "--class-path") and program[0].rpartition("/")[2] == "java":
                found += [posixpath.join(case.stage.end.workdir or "/", entry) for entry in value.split(":") if entry]
    return tuple(posixpath.normpath(path) for path in found if not re.search(r"[*?$]", path))


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Java program."""
    refusal = incomplete(case)
    if refusal is not None:
        return refusal
    packages = _packages(case)
    base = case.written if packages else _jre(case)
    if isinstance(base, Refusal):
        return base
    found = (base, case.image) if packages else other(base)
    if isinstance(found, Refusal):
        return found
    text, image = found
    root = next((call.folder for call in case.calls if call.name in _TOOLS | _COMPILERS and call.folder), "/")
    others = (_OTHER,) if case.image.family.startswith("openjdk") and text.startswith("eclipse-temurin") else ()
    return Target(
        text, image, sources=False, root=root, is_plain=True, is_smaller=not packages,
        doubts=(*others, *_doubts(case)),
        instead=tuple((name, _runtime(name)) for name in packages),
        gain="the JDK, the build tool, its repository and the sources",
    )  # fmt: skip


def _runtime(package: str) -> str:
    """Return the package that runs what a package with a JDK compiles: Debian's and Ubuntu's names, or Alpine's."""
    return package.replace("-jdk", "-jre") if "-jdk" in package else f"{package}-jre"


def incomplete(case: Case) -> Refusal | None:
    """Return why the jar that the image starts may lack what it needs (S18, S19)."""
    if jar(case) is None and not classes(case):
        return Refusal("S18", "cannot tell which jar the image starts", "start it with java -jar and its name")
    if not case.project.is_known or not any(call.name in _TOOLS for call in case.calls):
        return None
    pom = case.project.text("pom.xml")
    gradle = case.project.text("build.gradle") or case.project.text("build.gradle.kts")
    if pom is not None:
        if "<modules>" in pom:
            return Refusal("S19", "a build of several modules", "split by hand")
        needs = [d for d in re.findall(r"(?s)<dependency>(.*?)</dependency>", pom) if "<scope>test" not in d]
        if needs and not _FAT_MAVEN.search(pom):
            return Refusal("S18", "the jar has no dependencies in it", "make one with the shade plugin, or copy lib/")
        return None
    if gradle is None:
        return Refusal("S19", "there is no pom.xml or build.gradle at the root of the build context")
    settings = case.project.text("settings.gradle") or case.project.text("settings.gradle.kts") or ""
    if re.search(r"(?m)^[ \t]*include\b", settings):
        return Refusal("S19", "a build of several modules", "split by hand")
    if _NEEDS_GRADLE.search(gradle) and not _FAT_GRADLE.search(gradle):
        return Refusal("S18", "the jar has no dependencies in it", "make one with the shadow plugin")
    return None


def _jre(case: Case) -> str | Refusal:
    """Return the JRE image of the same major version and distribution (S02, B18)."""
    tag, family = case.reference.tag or "", case.image.family
    if "$" in case.written:
        return Refusal("S18", "cannot tell the major version of Java", "name it in the tag")
    if family.startswith("openjdk"):
        own = _OWN_JRE.match(tag)
        return f"{case.written.partition(':')[0]}:{own[1]}-jre{own[2]}" if own else _temurin(case, tag)
    if family.startswith("amazoncorretto") or "openjdk" in tag or "corretto" in tag or "semeru" in tag:
        return Refusal("B18", f"harden knows no JRE image that matches {case.reference}", "use eclipse-temurin")
    named = re.search(r"(?:temurin|jdk)-?(\d+)", tag) or (
        re.match(r"(\d+)", tag) if family.startswith("eclipse") else None
    )
    if named is None:
        return Refusal("S18", "cannot tell the major version of Java", "name it in the tag")
    if case.image.distro == "alpine":
        return f"eclipse-temurin:{named[1]}-jre-alpine"
    suite = re.search(r"-(noble|jammy|focal)\b", tag)
    return f"eclipse-temurin:{named[1]}-jre{suite[0] if suite else ''}"


def _temurin(case: Case, tag: str) -> str | Refusal:
    """Return the JRE of Eclipse Temurin for a version of which openjdk has none: those that are still made."""
    version = re.match(r"(17|21|25)\b", tag)
    if version is None:
        return Refusal("B18", f"harden knows no JRE image that matches {case.reference}", "use eclipse-temurin")
    return f"eclipse-temurin:{version[1]}-jre{'-alpine' if case.image.distro == 'alpine' else ''}"


def _doubts(case: Case) -> tuple[str, ...]:
    found = []
    for path in case.project.sources(JAVA.sources):
        if _JDK.search(case.project.text(path) or ""):
            found.append(f"{path} uses tools of the JDK")
    line = " ".join(word for program in case.programs for word in program)
    if re.search(r"-agent(lib|path):|-javaagent:|--add-modules", line):
        found.append("agents and modules that the JRE may lack")
    return tuple(found)


JAVA = Ecosystem(
    "java", claims, read, target, sources=("java", "kt", "scala", "groovy"),
    code=r"\.(java|kt|scala|groovy|gradle|kts)\Z|(^|/)src/|(^|/)(MANIFEST\.MF|[Mm]anifest\.(txt|mf))\Z|(^|/)(pom\.xml|mvnw(\.cmd)?|gradlew(\.bat)?|gradle\.properties"
    r"|lombok\.config|checkstyle\.xml)\Z|(^|/)gradle/",
)  # fmt: skip
