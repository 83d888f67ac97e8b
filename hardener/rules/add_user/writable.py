"""What must be writable for the program of an image that does not run as root (U02, U03, U13 to U15, U24)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field, replace
from hardener.image.data_folders import (
    is_own_folder,
    is_temporary,
    judged,
    made_folders,
    made_temporary,
    named_folders,
    volumes,
)
from hardener.image.files import absolute, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.image.start_scripts import Startup
from hardener.knowledge.writing import (
    develops,
    installs_at_start,
    is_data_folder,
    is_server,
    language_of,
    serves_files,
    writes_current_folder,
    writes_own_folder,
)
from hardener.project.context import Files
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.data_places import named_and_made, named_by_arguments, named_places, program_folders
from hardener.rules.add_user.host_sources import builds_there
from hardener.rules.add_user.inline_code import written_inline
from hardener.rules.add_user.mounts import mounted
from hardener.rules.add_user.run_made import made_by_runs
from hardener.syntax.dockerfile.nodes import Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.add_user.kept_root import KeptRoot

_RUNNERS = frozenset("npm npx yarn pnpm pipenv poetry uv bundle composer make rake just task".split())  # noqa: SIM905
_STARTS = (
    r"child_process|subprocess|os\.system|exec\.Command|puppeteer|playwright|docker|Setuid|Mount|shadow|icmp|netlink"
    r"|gopacket|system\s*\(|`|\bset\w*[ug]id|setgroups|initgroups|chroot|mount2?\s*\(|unshare|setns|ptrace|iop|exec|popen"
    r"|posix_|pcntl_|spawn|dlopen|SOCK_RAW|F_PACKET|F_NETLINK|ICMP|/dev/|Command::new|libc::|nix|pnet|pcap|passthru"
    r"|proc_open|sched_set|Process|too long|[cC]hown|[sS]etOwner|ListenIP"
    r"|Unshare|Chroot|getRuntime|System\.load|DllImport|jna"
)
#: what lifts a refusal beside what it says itself
_STATE = ", or say where it writes with `writable` in [tool.harden.assume]"
_CHANGES_USER = r"\bset(?:e|re|res|fs)?[ug]id\b|setgroups|initgroups|\bSet[ug]id\b"
#: what a virtual machine is told to keep on disk, or to load beside the program
_KEEPS = regex(r"-Xlog\S*:file|-Xloggc|HeapDump|FlightRecord|-javaagent|-agentpath|logging\.|\.file|tmpdir|config\.")


@dataclass(slots=True)
class Needs:
    """What must be writable.

    Attributes:
        folders: to make where they are missing, and to give away, themselves and not what lies in them.
        tree: a folder whose copied content is given away too; None where the content stays root's.
        must: whether the program is known to write in `tree`; otherwise it is only not known that it does not.
        certain: whether nothing else is written, as far as file and build context tell.
        volumes: those of `folders` that are volumes.
        temporary: what the program makes in folders such as /tmp.
        is_shown: whether the sources of all programs are shown not to write.
        files: made by a RUN, to be given away in that RUN.
        touched: files to make where they are missing, and to give away.
        trees: folders to give away with what lies in them: small ones, of settings.
        present: folders that the base image has.
        calm: RUN instructions for which it does not matter who owns the sources.
        is_stated: whether the person says where the programs write.
        developed: what a compose file for development mounts from the host.
        kept: the services that go on as root, for they write into folders of the host; None without any.
    """

    folders: list[str] = field(default_factory=list)
    tree: str | None = None
    must: bool = False
    certain: bool = True
    volumes: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    is_shown: bool = True
    files: dict[Instruction, list[str]] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    present: tuple[str, ...] = ()
    calm: frozenset[Instruction] = frozenset()
    is_stated: bool = False
    developed: str = ""
    kept: KeptRoot | None = None


def needs(
    model: Model, stage: StageModel, start: Startup, texts: ContextTexts, *, only_serves: bool = False
) -> Needs | Refusal:
    """Return what the programs of `start` must be able to write, or what stands against giving it to them.

    With `only_serves` a server beside them reads what others write into the volumes.
    """
    image = stage.image
    if image is not None and isinstance(image.volumes, tuple) and image.volumes:
        return Refusal("U13", "the base image has volumes that belong to root")
    out, files = Needs(), texts.files
    stated = files.assumed.writable
    job = len(start.programs) > 1 and not start.scripts
    for argv in start.programs:
        refusal = _program(model, stage, argv, files, out)
        if refusal is not None and not (refusal.spec == "U15" and stated is not None):
            return replace(refusal, allow=f"{refusal.allow}{_STATE}") if refusal.spec == "U15" else refusal
    if stated is not None:
        out = Needs(is_stated=True)  # the person says where the programs write: what the sources show does not count
    if job and not out.must and stated is None:
        out.certain = False  # several programs after each other are a job, not a server
    places = [*made_folders(model, stage), *named_folders(model, stage), *(stated or ())]
    places += [posixpath.dirname(path) for path in start.writes]
    places += named_by_arguments(model, stage, files, start.programs)
    for _, _, path in volumes(model, stage):
        if path is None:
            return Refusal("U13", "cannot tell which folder a VOLUME names: it holds a variable", "name it in full")
        places.append(path)
        out.volumes.append(path)
        out.folders += [path] if is_temporary(path) and is_own_folder(path) else []
    for made in made_temporary(model, stage):
        wanted = any(
            is_within(path, made) or is_within(made, path) for path in (*places, *out.temporary) if is_temporary(path)
        )
        if wanted or any(is_data_folder(part) for part in made.split("/")[2:]):
            out.folders.append(made)
    found = mounted(model, stage, files, only_serves=only_serves)
    built = builds_there(model, stage, files) if stated is None else None
    if found.kept is not None and (built is not None or found.reached is not None or not out.is_shown):
        out.kept, built, host = found.kept, None, found.volume
    else:
        out.developed, host = found.developed, found.host or found.volume
        built = built or found.reached
    if built is not None:
        return built
    out.volumes += [path for path in found.folders if path not in out.volumes]
    wanted_ones = named_and_made(model, stage)
    out.folders += [path for path in wanted_ones if path not in out.folders and is_temporary(path)]
    places += [*found.folders, *wanted_ones]
    if stated is not None:
        from hardener.rules.add_user.stated import made_in_stated

        given = _collected(out, places)
        kept = made_in_stated(model, stage, given.folders, files) if isinstance(given, Needs) else given
        return kept if isinstance(kept, Refusal) else replace(out, folders=kept.folders, files=kept.files)
    return (
        _collected(out, places)
        if out.is_shown
        else _unshown(model, stage, texts, out, places, host=host, programs=start.programs)
    )


def _unshown(
    model: Model,
    stage: StageModel,
    texts: ContextTexts,
    out: Needs,
    places: list[str],
    *,
    host: Refusal | None,
    programs: list[tuple[str, ...]],
) -> Needs | Refusal:
    """Return the needs of programs that may write wherever a path is named."""
    out.certain = out.certain and texts.files.tree is not None
    if out.must and out.certain:
        from hardener.rules.add_user.required_folders import required_folder

        out.certain = required_folder(model, stage, texts) is None
    cwd = stage.end.workdir if is_own_folder(stage.end.workdir) else None
    for folder in program_folders(model, stage, texts.files) if out.must else ():
        if cwd is not None and out.tree is not None and is_within(out.tree, folder):
            out.folders += [] if folder == out.tree else [out.tree]
            out.tree = cwd = folder  # a folder beside the current one is the program's too
        elif folder not in out.folders and not is_within(folder, out.tree or "/"):
            out.folders.append(folder)
    named, refusal = named_places(model, stage, texts, cwd, programs)
    out.certain = out.certain and not (out.must and out.developed)  # what developers run may not write there
    stands_against = refusal or host
    if stands_against is not None:
        return stands_against
    collected = _collected(out, [*places, *named])
    if isinstance(collected, Refusal):
        return collected
    out.folders += [path for path in named if path not in out.folders and is_temporary(path)]
    tree = out.tree or cwd
    made = made_by_runs(model, stage, tuple(dict.fromkeys([*([tree] if tree else []), *out.folders])))
    out.folders += [path for path in made.folders if path not in out.folders]
    out.files = made.files
    if out.must:
        from hardener.rules.add_user.installs_alone import installs_alone

        out.calm = installs_alone(model, stage, texts.files)
    return made.refusal or out


def _collected(out: Needs, places: list[str]) -> Needs | Refusal:
    """Return the needs with the folders that `places` ask for."""
    for path in places:
        found = judged(path)
        if isinstance(found, Refusal):
            return found
        if found is not None and found not in out.folders:
            out.folders.append(found)
    if out.tree is not None and out.tree not in out.folders:
        out.folders.insert(0, out.tree)
    return out


def _program(model: Model, stage: StageModel, argv: tuple[str, ...], files: Files, out: Needs) -> Refusal | None:
    """Add what one program writes to `out`."""
    if argv[:2] == ("bundle", "exec") and len(argv) > 2:
        argv = argv[2:]
    line, name, cwd = " ".join(argv), posixpath.basename(argv[0]), stage.end.workdir
    if serves_files(argv[0]) and (stage.image.family if stage.image else "").startswith("node"):
        return None
    found = installs_at_start(line)
    if found:
        return Refusal("U24", f"`{found}` installs or builds when the container starts", "do it in a RUN")
    found = develops(line)
    if found and stage.end.is_root:
        why = f"`{found}` keeps caches among the sources and packages, which a RUN makes as root"
        return Refusal("U15", why, "add USER before the RUN that installs, and give it the folder")
    if found:
        return _whole(model, stage, cwd, out, line)
    if name in ("npm", "yarn", "pnpm"):
        out.certain = False  # what package.json says is not known
        return _whole(model, stage, cwd, out, line)
    if name in _RUNNERS:
        return Refusal("U15", f"`{' '.join(argv[:3])}` writes, or starts what writes", "name the program itself in CMD")
    if re.search(r"(\A| )(--reload|--debug)\b|sqlite", line) or writes_own_folder(line):
        return _whole(model, stage, cwd, out, line)
    if writes_current_folder(line):
        if not is_own_folder(cwd):
            return Refusal("U15", f"`{name}` writes in the current folder, {cwd}", "set WORKDIR")
        out.folders.append(cwd or "/")
        out.is_shown = False
        return None
    return _by_sources(model, stage, argv, files, out)


def _whole(model: Model, stage: StageModel, cwd: str | None, out: Needs, line: str) -> Refusal | None:
    """Add the current folder with all that is copied there."""
    out.is_shown = False
    if not is_own_folder(cwd):
        where = cwd or "which a variable names"
        return Refusal("U15", f"`{line[:40]}` writes in the current folder, {where}", "set WORKDIR")
    out.tree, out.must = cwd, True
    return None


def _by_sources(model: Model, stage: StageModel, argv: tuple[str, ...], files: Files, out: Needs) -> Refusal | None:
    """Add what the sources of a program show, or its folder where they are not at hand."""
    cwd = stage.end.workdir
    runner = language = language_of(argv[0])
    if runner is None:
        from hardener.rules.add_user.compiled import compiled_language

        language = compiled_language(model, stage, argv)
    sources = None
    if language is not None and files.tree is not None:
        from hardener.rules.add_user.source_writes import examine

        sources = examine(language, "", files)
    if language is None and not is_server(argv[0]):
        out.certain = False
    if sources is None or not sources.read:
        out.is_shown = False
        is_read = language is None or sources is not None  # what is there and too much to read may do anything
        out.certain = out.certain and is_read and is_server(argv[0]) and _is_copied(model, stage, argv)
        if is_own_folder(cwd) and any(node.name == "WORKDIR" for link in stage.chain for node in link.node.body):
            out.tree = out.tree or cwd
            out.must = out.must or files.tree is not None
        elif not is_own_folder(cwd):
            out.certain = False
        return None
    inline = written_inline(language, argv) if language is not None else None
    if inline is not None:
        out.certain = out.certain and not re.search(r"[\"'`]/", " ".join(argv))  # it may write elsewhere
        return _whole(model, stage, cwd, out, inline)
    if re.search(_CHANGES_USER, sources.writes or ""):
        return Refusal("U20", f"the program changes its user itself ({sources.writes})", "let USER do that")
    out.temporary += sources.temporary
    out.certain = out.certain and not any(_is_taken(model, stage, path) for path in sources.temporary)
    if sources.is_shown and sources.unreadable is None and not (runner is None and _keeps_more(model, stage, argv)):
        return None
    if sources.unreadable is not None and not is_own_folder(cwd):
        return Refusal("U07", f"others than its owner cannot read {sources.unreadable}", "chmod o+r it")
    if sources.writes is None and not is_own_folder(cwd):
        out.is_shown, out.certain = False, False  # it may write in a folder of the system
        return None
    out.certain = out.certain and not any(re.search(_STARTS, sign) for sign in sources.signs)
    file, _, sign = (sources.writes or argv[0]).rpartition(": ")
    return _whole(model, stage, cwd, out, f"{posixpath.basename(file)}: {sign}" if file else sign)


def _keeps_more(model: Model, stage: StageModel, argv: tuple[str, ...]) -> bool:
    """Tell whether the command line or ENV may make a virtual machine write what the sources do not show."""
    texts = [" ".join(argv), *(node.text for link in stage.chain for node in link.node.body if node.name == "ENV")]
    return any(_KEEPS.search(text) for text in texts)


def _is_taken(model: Model, stage: StageModel, path: str) -> bool:
    """Tell whether the image may have root's file or folder at a path below /tmp, or has no /tmp."""
    made = made_temporary(model, stage)
    if stage.is_scratch:
        return True
    for link in stage.chain:
        for node in link.node.body:
            found = copied(model, node)
            if found is not None and is_within(found.target, path):
                return True
            if node.name in ("RUN", "COPY", "ADD") and path in model.logical(node).text and path not in made:
                return True
    return False


def _is_copied(model: Model, stage: StageModel, argv: tuple[str, ...]) -> bool:
    """Tell whether what an interpreter runs comes from a COPY: what packages bring has places of its own."""
    named = next((word for word in argv[1:] if re.search(r"\.(m?js|cjs|ts|py|rb|jar|dll|ru)\Z", word)), "")
    wanted = absolute(stage.end.workdir, named)
    for link in stage.chain:
        for node in link.node.body:
            found = copied(model, node)
            if found is not None and wanted is not None and (named == "" or is_within(wanted, found.target)):
                return True
            if node.name in ("COPY", "ADD") and found is None:
                return True
    return False
