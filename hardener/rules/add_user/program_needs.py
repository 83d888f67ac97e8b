"""What one program of an image that does not run as root writes, by its name, its command line and its sources."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.data_folders import is_own_folder, made_temporary
from hardener.image.files import absolute, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.writing import (
    develops,
    installs_at_start,
    is_server,
    language_of,
    serves_files,
    writes_current_folder,
    writes_own_folder,
)
from hardener.project.context import Files
from hardener.rules.add_user.inline_code import written_inline
from hardener.rules.add_user.needs import Needs

_RUNNERS = frozenset("npm npx yarn pnpm pipenv poetry uv bundle composer make rake just task".split())  # noqa: SIM905
_STARTS = (
    r"child_process|subprocess|os\.system|exec\.Command|puppeteer|playwright|docker|Setuid|Mount|shadow|icmp|netlink"
    r"|gopacket|system\s*\(|`|\bset\w*[ug]id|setgroups|initgroups|chroot|mount2?\s*\(|unshare|setns|ptrace|iop|exec|popen"
    r"|posix_|pcntl_|spawn|dlopen|SOCK_RAW|F_PACKET|F_NETLINK|ICMP|/dev/|Command::new|libc::|nix|pnet|pcap|passthru"
    r"|proc_open|sched_set|Process|too long|[cC]hown|[sS]etOwner|ListenIP"
    r"|Unshare|Chroot|getRuntime|System\.load|DllImport|jna"
)
_CHANGES_USER = r"\bset(?:e|re|res|fs)?[ug]id\b|setgroups|initgroups|\bSet[ug]id\b"
#: what a virtual machine is told to keep on disk, or to load beside the program
_KEEPS = regex(r"-Xlog\S*:file|-Xloggc|HeapDump|FlightRecord|-javaagent|-agentpath|logging\.|\.file|tmpdir|config\.")


def program_needs(model: Model, stage: StageModel, argv: tuple[str, ...], files: Files, out: Needs) -> Refusal | None:
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
        out.hold([cwd or "/"])
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
