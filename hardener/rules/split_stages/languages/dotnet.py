""".NET: what `dotnet publish` writes, on the runtime of the same version (S21)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.tags import read_tag
from hardener.project.dotnet import PROJECT
from hardener.rules.split_stages.languages.compiled import known_folder, started_tool
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import other

_REPOSITORY = "mcr.microsoft.com/dotnet/"
_ADDRESS = regex(r"ASPNETCORE_(URLS|HTTP_PORTS)|--urls|Kestrel__")


#: settings and files to serve that publish copies, and that the program looks for in the folder where it starts
_CONTENT = r"|(^|/)(wwwroot|Properties|Views|Pages|appsettings[^/]*\.json)"
_CODE = (
    r"\.(cs|fs|vb|cshtml|razor|resx|\w+proj|sln|slnx|props|targets)\Z|(^|/)Properties/"
    r"|(^|/)(global|packages\.lock|nuget)\.(json|config)\Z"
)


def claims(case: Case) -> bool:
    """Tell whether the image is the SDK and the stage publishes."""
    return case.image.family.startswith("dotnet-sdk") and any(call.name == "dotnet" for call in case.calls)


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of dotnet."""
    if call.name != "dotnet":
        return None
    folder = known_folder(call)
    if isinstance(folder, Refusal):
        return folder
    verb = call.words[0] if call.words else ""
    if call.words[:2] in (("tool", "install"), ("tool", "update")):
        return started_tool(case, call) or Verdict(build=True)
    if verb in ("restore", "build", "test", "tool", "nuget", "clean", "workload", "format"):
        return Verdict(build=True)
    if verb != "publish":
        return Refusal("S22", f"cannot tell which files `dotnet {verb}` creates", "use dotnet publish -o")
    argv = call.argv
    output = next((argv[i + 1] for i, w in enumerate(argv[:-1]) if w in ("-o", "--output")), None)
    if output is None:
        return Refusal("S22", "cannot tell where `dotnet publish` writes", "use -o")
    path = call.path(output)
    return Verdict(build=True, makes=(path,)) if path and path != "/" else Refusal("S22", "`-o` does not name a folder")


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a .NET program."""
    for program in case.programs:
        if program[:1] == ("dotnet",) and (len(program) < 2 or not program[1].endswith(".dll")):
            return Refusal("S28", f"`{' '.join(program)[:50]}` needs the SDK", "start the .dll that publish writes")
    if not any(call.words[:1] == ("publish",) for call in case.calls if call.name == "dotnet"):
        return None
    if case.image.distro == "alpine":
        return Refusal("S21", "ICU and time zones differ between the SDK and the runtime on Alpine", "split by hand")
    web = False
    for path in case.project.paths:
        text = case.project.text(path) if PROJECT.match(path) else None
        web |= bool(text and re.search(r"Sdk\.(Web|BlazorWebAssembly|Worker)|Microsoft\.AspNetCore", text))
        if text and re.search(r"<(PublishAot|SelfContained)>\s*true", text, re.IGNORECASE):
            return Refusal("S21", f"{path} makes a self-contained program, which needs another image", "split by hand")
    tag = f":{case.reference.tag}" if case.reference.tag else ""
    base = other(f"{_REPOSITORY}{'aspnet' if web else 'runtime'}{tag}")
    if isinstance(base, Refusal) or not case.reference.repository.startswith("mcr.microsoft.com/dotnet/sdk"):
        return Refusal("S21", "harden knows no matching runtime image", "name the version in the tag")
    text_of_file = " ".join(case.model.logical(node).text for node in case.stage.node.body)
    doubts: tuple[str, ...] = ()
    version = read_tag(case.reference.tag or "").version
    same = ""
    if web and not _ADDRESS.search(text_of_file):
        if version is None:
            doubts = ("the runtime image listens on port 8080 where nothing says otherwise, the SDK on 5000",)
        else:  # what the SDK's image says too
            same = "ASPNETCORE_HTTP_PORTS=" if version[0] >= 8 else "ASPNETCORE_URLS="
    root = next((call.folder for call in case.calls if call.name == "dotnet" and call.folder), "/")
    return Target(
        base[0],
        base[1],
        sources=False,
        root=root,
        doubts=doubts,
        runtime_env=same,
        code="" if starts_in_output(case) else _CODE,
        is_plain=True,
        gain="the SDK and NuGet's cache",
    )


def starts_in_output(case: Case) -> bool:
    """Tell whether the program starts in the folder that publish fills: ASP.NET reads appsettings.json there."""
    dlls = [word for program in case.programs for word in program if word.endswith(".dll")]
    cwd = case.stage.end.workdir or "/"
    return all(posixpath.dirname(posixpath.normpath(posixpath.join(cwd, dll))) == cwd for dll in dlls)


DOTNET = Ecosystem(
    "dotnet", claims, read, target, sources=("cs", "fs", "vb"),
    code=_CODE + _CONTENT,
)  # fmt: skip
