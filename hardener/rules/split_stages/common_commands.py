"""What becomes of the commands that are the same for every language: files, users, configuration, downloads (S22)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.splitting import table, words
from hardener.rules.split_stages.model import Call, Case, Verdict

#: commands that leave nothing
_NOTHING = frozenset(
    (":", "true", "test", "[", "pwd", "ls", "id", "whoami", "uname", "which", "sleep", "env", "printenv")
)
_SYSTEM = frozenset(("apt", "apk"))
_PACKAGE_FILES = regex(r"/var/(lib/apt|cache/(apt|apk|debconf|ldconfig)|lib/cache|lib/log)\b")
#: what may be left behind without a loss
_LEAVINGS = regex(
    r"(/tmp/|/var/tmp/|/root/\.(cache|npm|cargo|gradle|m2|gem|composer)|~/\.(cache|npm)|/usr/share/(doc|man|locale))"
)
#: what makes another file besides, or moves the one that is named
_BESIDES_CURL = regex(r"-[a-zA-Z]*[OJDc]\Z|--(?:remote-|output-dir|dump-header|cookie-jar|trace|stderr|etag-save)")
_BESIDES_WGET = regex(r"-[a-zA-Z]*[oa]\Z|--(?:output-file|append-output|save-cookies|warc-)")
#: options of `cp` and `mv` that name the target, so that the last word is a source
_TARGET_OPTION = regex(r"-\w*t|--t")
#: folders that every image has
_FOLDERS = frozenset(
    ("/", "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/lib", "/etc", "/opt", "/usr/local", "/tmp", "/srv")
)


def common(case: Case, call: Call) -> Verdict | Refusal:
    """Return what becomes of a command that no ecosystem knows."""
    name = call.name
    redirected = any(redirect.op.startswith(">") for redirect in call.command.redirects)
    if name == "umask" and call.words[:1] not in (("022",), ("0022",), ("22",)):
        reason = f"`{call.raw[:40]}` changes the modes of folders that are made, which COPY does not bring"
        return Refusal("S23", reason, "write the modes with chmod")
    if name in _NOTHING or (name in ("echo", "printf", "cat") and not redirected) or name in ("set", "umask"):
        return Verdict()
    if not name and not call.command.words:
        return Refusal("S22", f"`{call.raw[:40]}` sets a variable of the shell", "set it with ENV or ARG")
    if any(word in ("--version", "-version", "-v", "version") for word in call.words[:1]) and len(call.argv) == 2:
        return Verdict()
    if call.package is not None and call.package.manager in _SYSTEM:
        return Verdict(build=True, packages=True)
    if name in ("rm", "rmdir"):
        return _removal(call)
    if name in ("curl", "wget"):
        return _download(call)
    if name in ("cp", "mv", "install"):
        return _copied(case, call)
    if name == "make" or name in ("gcc", "g++", "cc", "cmake"):
        return Refusal("S11", f"cannot tell what `{call.raw[:40]}` builds", "copy what it makes in a COPY of its own")
    if name in words("programs") or name in table("config_programs"):
        return _repeated(case, call)
    return Refusal(
        "S22", f"cannot tell which files `{' '.join(call.raw.split())[:50]}` creates", "write the two stages by hand"
    )


def _removal(call: Call) -> Verdict | Refusal:
    raw = " ".join(word.raw for word in call.command.words[1:])
    targets = [word.raw for word in call.command.words[1:] if not word.raw.startswith("-")]
    plain = [target.lstrip("\"'") for target in targets]
    if all(_PACKAGE_FILES.match(target) or _LEAVINGS.match(target) for target in plain):
        return Verdict(build=True)
    if re.search(r"(^|\s)-\w*f|--force", raw):
        return Verdict(build=True, repeat=True)
    return Refusal("S22", f"`rm {raw[:40]}` fails where there is nothing to remove", "use `rm -f`")


def _download(call: Call) -> Verdict | Refusal:
    """A file that is fetched to a known path is taken from the build stage; anything else is not known."""
    words = [word or "" for word in call.argv]
    letter, besides = ("o", _BESIDES_CURL) if call.name == "curl" else ("O", _BESIDES_WGET)
    named = regex(rf"(?:-[a-zA-Z]*{letter}|--output|--output-document)\Z")
    targets = [call.argv[at + 1] for at, word in enumerate(words[:-1]) if named.match(word)]
    target = targets[0] if len(targets) == 1 else None
    path = call.path(target) if target and target != "-" else None
    if path is not None and not any(besides.match(word) for word in words):
        return Verdict(build=True, makes=(path,))
    shown = " ".join(call.raw.split())[:50]
    return Refusal("S22", f"cannot tell where `{shown}` stores its download", "name the file with -o, or use ADD")


def _copied(case: Case, call: Call) -> Verdict | Refusal:
    """What is copied from one path to another is taken from the build stage."""
    operands = [word for word in call.command.words[1:] if not word.raw.startswith("-")]
    target = call.argv[-1]
    path = call.path(target) if target else None
    where = call.folder or "/"
    options = {word.raw for word in call.command.words[1:] if word.raw.startswith("-")}
    elsewhere = options & {"-d", "-D", "-m"} or any(_TARGET_OPTION.match(option) for option in options)
    if len(operands) != 2 or path is None or elsewhere or call.name == "install":
        return Refusal("S22", f"cannot tell where `{plain_text(call)}` copies to", "name one file and its target")
    folders = {step.state.workdir for step in case.steps} | _FOLDERS
    if (target or "").endswith(("/", ".")) or path in folders:
        source = operands[0].value
        if source is None or source.endswith(("/", ".")) or re.search(r"[*?\[]", source):
            return Refusal("S22", f"cannot tell what `{plain_text(call)}` copies", "name the target")
        path = f"{path.rstrip('/')}/{source.rpartition('/')[2]}"
    gone = case.stage.end.workdir if call.name == "mv" else None
    if gone is not None and path.startswith(f"{where}/") and where != gone:
        return Refusal("S22", f"cannot tell what `{plain_text(call)}` moves", "use cp")
    return Verdict(build=True, makes=(path,))


def plain_text(call: Call) -> str:
    """Return the beginning of a command on one line."""
    return " ".join(call.raw.split())[:50]


def _repeated(case: Case, call: Call) -> Verdict | Refusal:
    """A command on files, users or configuration is run in the runtime stage too."""
    if call.moved:
        return Refusal("S22", f"`{call.name}` runs in a folder that `cd` changed to", "use WORKDIR")
    if call.name in (
        "find",
        "xargs",
        "tar",
        "install",
        "cp",
        "mv",
        "tee",
        "sh",
        "bash",
        "cat",
        "sort",
        "gzip",
        "gunzip",
    ):
        return Refusal("S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` changes", "use COPY or ADD")
    return Verdict(build=True, repeat=True)
