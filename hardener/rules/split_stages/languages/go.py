"""Go: a static binary where no C is compiled in, else one on the same distribution (S13 to S15)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.image.process import services_of
from hardener.knowledge.splitting import is_build_only
from hardener.rules.split_stages import data_files
from hardener.rules.split_stages.languages.compiled import named_release, slim
from hardener.rules.split_stages.languages.go_pure import cgo, has_no_compiler, is_pure
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import other

_FAMILIES = frozenset(("golang", "golang-alpine"))
#: what a program runs on that needs no library and no shell
STATIC = "gcr.io/distroless/static-debian12"
_VALUED = frozenset(
    (
        "-ldflags",
        "-gcflags",
        "-asmflags",
        "-tags",
        "-mod",
        "-p",
        "-buildmode",
        "-installsuffix",
        "-pkgdir",
        "-toolexec",
        "-overlay",
        "-modfile",
        "-pgo",
        "-compiler",
        "-gccgoflags",
    )
)
#: packages that only the build calls, as no shell is left that could
_FETCHED = frozenset(("git", "curl", "wget", "unzip", "openssh-client", "openssh", "bash", "ca-certificates", "tzdata"))
#: generators that write Go alone
_WRITE_GO = frozenset(
    """
    mockgen stringer wire sqlc moq mockery counterfeiter enumer oapi-codegen gqlgen ent easyjson templ swag minimock
    protoc buf controller-gen deepcopy-gen jsonenums go-enum goyacc gotext ifacemaker impl gowrap dataloaden genny msgp
    go-bindata bindata statik packr pkger deep-copy goverter jet sqlboiler xo bpf2go gen.go generate.go generator.go
    ffjson
    """.split()  # noqa: SIM905 (a table of words reads better)
)


def claims(case: Case) -> bool:
    """Tell whether the image is one of Go's and the stage builds with it."""
    return case.image.family in _FAMILIES and any(call.name == "go" for call in case.calls)


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of go or git."""
    if call.name in ("git", "golangci-lint", "swag", "templ", "sqlc", "mockgen", "gofmt", "upx", "strip"):
        if call.name == "git" and "clone" in call.words:
            return Refusal("S22", "the build fetches the sources", "copy them from the build context")
        if call.name == "swag" and data_files.said(case) & {"swagger.json", "swagger.yaml", "swagger.yml"}:
            return Refusal("S22", "the program may read what swag writes", "compile it in")
        return Verdict(build=True)
    if call.name != "go":
        return None
    verb = call.words[0] if call.words else ""
    if verb in ("build", "install"):
        made = binary(case, call)
        if isinstance(made, Refusal):
            return made
        wanted = {program[0].rpartition("/")[2] for program in case.programs}
        wanted.update(w for text in case.project.run_texts(case.programs) for w in re.findall(r"[\w.-]+", text))
        if verb == "install" and made.rpartition("/")[2] not in wanted:
            return Verdict(build=True)  # a tool that the build calls
        return Verdict(build=True, makes=(made,))
    if verb == "generate" and (made_by := _generators(case) - _WRITE_GO):
        return Refusal("S22", f"cannot tell what `{sorted(made_by)[0]}` of go:generate writes", "write the two stages")
    if verb in ("mod", "get", "vet", "test", "generate", "fmt", "env", "version", "list", "work", "tool", "clean"):
        return Verdict(build=True)
    return Refusal("S14", f"cannot tell which files `go {verb}` creates", "use go build -o")


def _generators(case: Case) -> set[str]:
    """Return the programs that the go:generate lines of the sources call."""
    found = set()
    for path in case.project.paths:
        if path.endswith(".go") and not path.startswith("vendor/"):
            for line in re.findall(r"(?m)^//go:generate\s+(.+)$", case.project.text(path) or ""):
                words = [word for word in line.split() if not word.startswith("-")]
                if words[:2] in (["go", "run"], ["go", "tool"]):
                    words = words[2:]
                name = re.sub(r"/v\d+\Z", "", words[0].partition("@")[0]) if words else ""
                found.add(posixpath.basename(name))
    return found


def binary(case: Case, call: Call) -> str | Refusal:
    """Return the absolute path of what `go build` or `go install` writes (S14)."""
    output, packages, mode = _arguments(call)
    if None in call.argv[1:] and (output is None or not packages):
        known = [word for word in call.argv if word is None]
        if output is None and known:
            return Refusal("S14", f"cannot tell what `{' '.join(call.raw.split())[:50]}` writes", "use -o with a path")
    if mode not in ("", "exe", "pie", "default"):
        return Refusal("S14", f"-buildmode={mode} makes no program", "split by hand")
    if call.words[:1] == ("install",):
        name = _package_name(case, call, packages)
        return name if isinstance(name, Refusal) else f"{output_folder(call)}/{name}"
    if output is not None and not output.endswith("/") and output not in (".", "./"):
        return call.path(output) or Refusal("S14", "cannot tell where `go build` writes", "use WORKDIR")
    name = _package_name(case, call, packages)
    if isinstance(name, Refusal):
        return name
    return call.path(posixpath.join(output or ".", name)) or Refusal("S14", "cannot tell where `go build` writes")


def output_folder(call: Call) -> str | None:
    """Return the absolute folder that a build of several packages writes programs to; None where it names none."""
    if call.words[:1] == ("install",):
        return call.state.values.get("GOBIN") or f"{call.state.values.get('GOPATH') or '/go'}/bin"
    output = _arguments(call)[0]
    return call.path(output) if output else None


def _arguments(call: Call) -> tuple[str | None, list[str], str]:
    """Return the value of -o, the packages and the build mode of a command."""
    output, mode, packages = None, "", []
    rest = iter(call.argv[2:])
    for word in rest:
        text = word or ""
        if text in ("-o", "--o"):
            output = next(rest, None)
        elif text.startswith(("-o=", "--o=")):
            output = text.partition("=")[2]
        elif text.startswith(("-buildmode=", "--buildmode=")):
            mode = text.partition("=")[2]
        elif text in _VALUED:
            value = next(rest, None)
            mode = value or "?" if text == "-buildmode" else mode
        elif text and not text.startswith("-"):
            packages.append(text)
    return output, packages, mode


def _package_name(case: Case, call: Call, packages: list[str]) -> str | Refusal:
    """Return the name that go gives a program: of the module, the folder, or the first file."""
    if len(packages) > 1 and not all(p.endswith(".go") for p in packages):
        return Refusal("S14", "`go build` writes nothing for several packages", "use -o")
    package = packages[0] if packages else "."
    if package.endswith(".go"):
        return posixpath.basename(package).removesuffix(".go")
    if "..." in package:
        return Refusal("S14", "cannot tell which programs `./...` makes", "name the package")
    last = posixpath.basename(package.partition("@")[0].rstrip("/"))
    if last not in ("", ".", ".."):
        return _major(package.partition("@")[0])
    module = _module(case)
    if not module:
        return Refusal("S14", "cannot read go.mod, which names the program", "use go build -o")
    return _major(module)


def _module(case: Case) -> str:
    """Return the path of the module, of go.mod or the `go mod init` that makes it; "" where neither says it."""
    for call in case.calls:
        if call.name == "go" and call.words[:2] == ("mod", "init"):
            named = [word for word in call.argv[3:] if word and not word.startswith("-")]
            return named[0] if len(named) == 1 and None not in call.argv else ""
    found = re.search(r"(?m)^module\s+(\S+)", case.project.text("go.mod") or "")
    return found[1] if found else ""


def _major(path: str) -> str:
    """Return the last element of a module path that is no version (`example.org/app/v2` makes app)."""
    parts = path.rstrip("/").split("/")
    return parts[-2] if len(parts) > 1 and re.fullmatch(r"v[2-9]\d*", parts[-1]) else parts[-1]


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Go program."""
    builds = _builds(case)
    refusal = _refusal(case)
    if refusal is not None or not builds:
        return refusal
    off = all(cgo(call) == "0" for call in builds)
    static = (True, ()) if off else is_pure(case)
    explicit = any(cgo(call) == "1" or "-race" in call.words for call in builds)
    if not off and not isinstance(static, Refusal) and _kept_tools(case):
        static = Refusal("S13", "a tool from another module may compile C in")
    if isinstance(static, Refusal) or explicit:
        return _dynamic(case, static if isinstance(static, Refusal) else Refusal("S13", "CGO_ENABLED=1"))
    if static[1] and has_no_compiler(case):
        static = (True, ())  # no C can have been compiled in
    elif static[1]:  # with the C library that it was linked with it runs, whatever is compiled in
        dynamic = _dynamic(case, Refusal("S13", static[1][0]))
        if isinstance(dynamic, Target):
            return dynamic
    base = other(STATIC) if _needs_no_shell(case) else slim(case, static=True)
    if isinstance(base, Refusal):
        return base
    text, image = base
    return Target(
        text, image, build_env="" if off else "CGO_ENABLED=0", runtime_env=_path(case), sources=False,
        packages=() if image.distro == "distroless" else ("ca-certificates", "tzdata"),
        root=builds[-1].folder or "/", doubts=static[1], gain="the Go toolchain, sources and module cache",
    )  # fmt: skip


def _builds(case: Case) -> list[Call]:
    """Return the commands that make programs."""
    return [call for call in case.calls if call.name == "go" and call.words[:1] in (("build",), ("install",))]


def _refusal(case: Case) -> Refusal | None:
    for program in case.programs:
        if program[0].rpartition("/")[2] in ("go", "air", "reflex", "CompileDaemon", "gin", "dlv", "modd", "realize"):
            return Refusal(
                "S28", f"`{' '.join(program)[:50]}` builds when the container starts", "start what go build makes"
            )
    if case.project.has("go.work"):
        return Refusal("S19", "a workspace of several modules", "split by hand")
    local = re.search(r"(?m)^[ \t]*(?:replace\s+)?\S.*=>\s*\.\./", case.project.text("go.mod") or "")
    if local:
        return Refusal("S19", "go.mod replaces a module by a folder outside the context", "split by hand")
    return None


def _needs_no_shell(case: Case) -> bool:
    """Tell whether nothing but the program itself is run in the runtime stage."""
    if case.stage.entrypoint.is_shell_form or case.stage.cmd.is_shell_form:
        return False
    if any(node.name in ("HEALTHCHECK", "SHELL", "USER") for node in case.stage.node.body):
        return False
    if any(service.check for service in services_of(case.model, case.stage, case.project.files)):
        return False  # a check of compose runs in the container
    for call in case.calls:
        fetches = call.package is not None and call.package.manager in ("apt", "apk")
        if call.name not in ("go", "git", "rm", "mkdir", "echo", "set", "") and not fetches:
            return False
        if call.name == "mkdir" or (fetches and not _only_builds(case, call)):
            return False
    made = {binary(case, c) for c in _builds(case)}
    return (
        all(_resolved(case, p[0]) in made for p in case.programs)
        and not case.project.started(("go",), ()).programs
        and not any("starts" in doubt for doubt in case.project.started(("go",), ()).doubts)
    )


def _only_builds(case: Case, call: Call) -> bool:
    package = call.package
    return package is not None and all(n in _FETCHED or is_build_only(case.image, n) for n in package.packages)


def _resolved(case: Case, program: str) -> str:
    if "/" not in program:
        return next(
            (m for c in _builds(case) if isinstance(m := binary(case, c), str) and m.endswith("/" + program)),
            program,
        )
    return posixpath.normpath(posixpath.join(case.stage.end.workdir or "/", program))


def _path(case: Case) -> str:
    """Return the ENV for a program that is started by its name and lies in Go's own folder."""
    by_name = any("/" not in p[0] and _resolved(case, p[0]).startswith("/go/bin/") for p in case.programs)
    if by_name or _kept_tools(case):
        return "PATH=/go/bin:$PATH"
    return ""


def _kept_tools(case: Case) -> bool:
    """Tell whether `go install` brings a program of another module that a script of the image calls."""
    installs = [c for c in case.calls if c.name == "go" and c.words[:1] == ("install",)]
    return any("@" in word and _verdict_makes(case, c) for c in installs for word in c.words)


def _verdict_makes(case: Case, call: Call) -> bool:
    verdict = read(case, call)
    return isinstance(verdict, Verdict) and bool(verdict.makes)


def _dynamic(case: Case, why: Refusal) -> Target | Refusal:
    """Return the stages of a program that needs the C library of its build image (S13, S15)."""
    named = named_release(case)
    base = slim(case, static=False) if named is None or isinstance(named, Refusal) else other(f"debian:{named[1]}-slim")
    if isinstance(base, Refusal) or isinstance(named, Refusal):
        return Refusal(why.spec, why.reason, "name the release in the tag, such as -bookworm")
    text, image = base
    builds = _builds(case)
    return Target(
        text, image, build_base=named[0] if named else None, runtime_env=_path(case), sources=False,
        packages=("ca-certificates", "tzdata"), root=builds[-1].folder or "/",
        gain="the Go toolchain, sources and module cache",
    )  # fmt: skip


GO = Ecosystem(
    "go", claims, read, target, sources=("go",),
    code=r"\.go\Z|(^|/)(go\.(mod|sum|work|work\.sum)|Taskfile\.ya?ml|\.air\.toml|sqlc\.ya?ml|buf\.[\w.]+)\Z|\.proto\Z",
)  # fmt: skip
