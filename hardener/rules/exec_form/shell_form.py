"""What stands between a CMD or ENTRYPOINT in shell form and the exec form."""

from __future__ import annotations

from json import JSONDecoder
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import DEFAULT_SHELL
from hardener.image.file_contents import on_path, placed
from hardener.image.files import absolute
from hardener.image.launched import only_init
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.context import Files
from hardener.shell import Body, argv, parse_shell
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, Healthcheck, Instruction, Probe, ShellForm
from hardener.syntax.dockerfile.views import healthcheck_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.exec_form.entry_script import EntryScript

#: programs with a packager's or compiler's start, wherever they lie
_PROGRAMS = regex(
    r"(python[\d.]*|node|nodejs|java|ruby|perl|php|php-fpm|gunicorn|uvicorn|celery|flask|nginx|httpd|apachectl|apache2ctl"
    r"|apache2-foreground|redis-server|dotnet|deno|bun|bash|sh|tail|sleep|echo|cat|env|supervisord|caddy|curl|wget)\Z"
)
#: a program in quotes with a comma behind it; only where a bracket of an array is missing does one stand there
_UNBRACKETED = regex(r"""(["'])(?:(?!\1)[^\\])*\1\s*,""")
#: what to do about arguments that count for nothing now, by what passes them (E08)
_INSTEAD = {
    "compose": "remove `command:` there, or write it into {file} as `entrypoint:`",
    "kubernetes": "remove `args:` there, or write it into {file} as `command:`",
    "docker": "remove those arguments, or write them with `--entrypoint`, or set `arguments = false` in "
    "[tool.harden.assume] if the program is never run so",
}
_PASSED = "[tool.harden.assume] says that arguments are passed, which a shell form ENTRYPOINT ignores"
_SYSTEM = ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
#: they read no file when they get a command, unless a variable names one or an option asks for it
_SHELLS = regex(r"(?:/usr)?(?:/bin/)?(?:ba|da|a)?sh\Z")
#: they matter to several commands, and to variables that are not set
_PLAIN_OPTIONS = regex(r"-[eu]*o?\Z")
_PLAIN_END = regex(r"-[eu]*c\Z")
#: entry points that set variables and run what follows them
_STARTERS = frozenset((("opam", "exec", "--"), ("opam", "config", "exec", "--"), ("bundle", "exec"), ("env",)))
#: distributions whose /bin/sh is dash; in the others sh is bash or busybox ash, which end by becoming the command
_DASH = frozenset(("debian", "ubuntu"))
_REPLACING = frozenset(("alpine", "busybox", "fedora", "rhel", "centos", "almalinux", "rocky", "oraclelinux", "arch"))


def commands(stage: StageModel) -> tuple[Cmd | Entrypoint | Healthcheck, ...]:
    """Return the CMD, ENTRYPOINT and HEALTHCHECK of a stage that count: the last of each (C24)."""
    last: dict[str, Cmd | Entrypoint | Healthcheck] = {}
    for node in stage.node.body:
        if isinstance(node, Cmd | Entrypoint | Healthcheck):
            last[node.name] = node
    return tuple(last.values())


def starts(model: Model, files: Files) -> dict[Instruction, Refusal | None]:
    """Return for each shell form that is one command why it may not start, or not stop, without its shell."""
    found: dict[Instruction, Refusal | None] = {}
    for stage in model.stages:
        for node in commands(stage):
            form = node.arguments.form if isinstance(node.arguments, Probe) else node.arguments
            arguments = argv(shell_text(model, node)) if isinstance(form, ShellForm) else None
            if isinstance(arguments, tuple):
                refusal = _arguments_refusal(model, stage, files) if isinstance(node, Entrypoint) else None
                found[node] = refusal or start_refusal(model, stage, arguments, files)
    return found


def _arguments_refusal(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return what passes arguments that a shell form ENTRYPOINT ignores (E08)."""
    told = files.assumed.arguments
    if told:
        return Refusal("E08", _PASSED, "take the arguments away, or write them into ENTRYPOINT")
    for service in services_of(model, stage, files):
        if service.command and not service.entrypoint and not (told is False and service.source == "docker"):
            words, file = service.words_are, service.file
            passed = f"{words} in {file}" if service.source != "docker" else f"what {words} in {file} passes"
            why = f"{passed}, which a shell form ENTRYPOINT ignores, would become its arguments"
            return Refusal("E08", why, _INSTEAD[service.source].format(file=file))
    return None if told is False else files.builds.doubt


def shell_text(model: Model, node: Cmd | Entrypoint | Healthcheck) -> str:
    """Return the logical text that the shell reads."""
    return healthcheck_words(node, model.escape).text if isinstance(node, Healthcheck) else model.logical(node).text


def reason(stage: StageModel, node: Cmd | Entrypoint, *, last: bool, shell: str = "sh") -> str:
    """Return what is wrong with a shell in front, which depends on the shell (E16).

    Args:
        last: whether its text ends with a simple command: bash and ash replace themselves by that one.
        shell: name of the shell; sh is another one in each distribution.
    """
    distro = stage.image.distro if stage.image is not None else None
    if last and (shell in ("bash", "ash") or (shell == "sh" and distro in _REPLACING)):
        return f"{node.name} works only because the shell of this image replaces itself, which other shells do not"
    certain = shell == "dash" or (shell == "sh" and distro in _DASH)
    return f"{node.name} runs under a shell, which {'does' if certain else 'may'} not pass SIGTERM on"


def form_refusal(
    model: Model, stage: StageModel, node: Cmd | Entrypoint | Healthcheck, script: EntryScript | None = None
) -> Refusal | None:
    """Return what around the instruction forbids another form (E07-E10, E19, E20, P14, P15).

    Args:
        model: of the file.
        stage: of the instruction.
        node: the instruction.
        script: what ENTRYPOINT starts, if that is one of the build context.
    """
    shell, image = stage.states[node].shell, stage.image
    if not stage.is_posix:
        return Refusal("E19", "this is a Windows image, or may be one")
    text = shell_text(model, node)
    if text.startswith("["):
        refusal = _array_refusal(text)
        if refusal is not None:
            return refusal
    elif _UNBRACKETED.match(text):
        reads = "it looks like a JSON array without its brackets: today a shell reads it"
        return Refusal("P15", reads, 'correct the array: ["program", "argument"]')
    if shell is not None and not _adds_nothing(stage, node, shell):
        return Refusal("E07", f"SHELL is {' '.join(shell)}", "write the exec form by hand if the shell adds nothing")
    if image is not None and image.has_shell is False:
        return Refusal("E20", "the image has no shell that could read the command", "write the exec form by hand")
    if image is not None and image.family.startswith("aws-lambda"):
        return Refusal("E20", "in this image CMD is not a command but an argument")
    if isinstance(node, Healthcheck):
        return None
    return _entry_refusal(stage, node, script)


def _adds_nothing(stage: StageModel, node: Instruction, shell: tuple[str, ...]) -> bool:
    """Tell whether a SHELL only starts what a single command says: no login, no trace, no file that it reads first."""
    if shell == DEFAULT_SHELL:
        return True
    options = shell[1:-1]
    plain = all(_PLAIN_OPTIONS.match(word) or (word == "pipefail" and "o" in options[i - 1])
                for i, word in enumerate(options))  # fmt: skip
    values = stage.states[node].values
    return bool(
        plain and _SHELLS.match(shell[0]) and _PLAIN_END.match(shell[-1]) and not {"BASH_ENV", "ENV"} & values.keys()
    )


def passing_doubt(stage: StageModel, node: Cmd | Entrypoint, script: EntryScript | None) -> str:
    """Return what a start script may do otherwise once it sees the words of CMD; "" where it looks at none (E09)."""
    if isinstance(node, Entrypoint) or script is None or script.hands_on or stage.entrypoint.instruction is None:
        return ""
    name = basename(script.name)
    return f"{name} looks at its first argument, which is /bin/sh today; it has a way of its own for that word"


def _entry_refusal(stage: StageModel, node: Cmd | Entrypoint, script: EntryScript | None) -> Refusal | None:
    entry, cmd, image = stage.entrypoint, stage.cmd, stage.image
    if isinstance(node, Entrypoint):
        if cmd.argv or cmd.argv is None:
            return Refusal("E08", "ENTRYPOINT in shell form ignores CMD; in exec form it would get CMD as arguments")
        if stage.children:
            return Refusal(
                "E08", "a stage built on this one has a CMD, which is ignored now and would become arguments"
            )
        return None
    if entry.instruction is not None and not (script is None and _is_its_own(stage)):
        if script is not None and (script.hands_on or script.looks_for(_first_word(node))):
            return None
        # an init alone, or one of these, runs what follows it
        if entry.argv and (only_init(entry.argv) or entry.argv in _STARTERS) and not entry.is_shell_form:
            return None
        return Refusal("E09", "ENTRYPOINT gets `/bin/sh -c …` as arguments today", "write what ENTRYPOINT should get")
    # node and php only ask whether the first word is a program, and it is one in both forms
    if image is not None and image.entrypoint_inspects_args and (image.drops_privileges or not image.program):
        return Refusal(
            "E10", "the entry point of the base image looks at its first argument: it would behave differently"
        )
    return None


def _is_its_own(stage: StageModel) -> bool:
    """Tell whether ENTRYPOINT says what the base image has as its entry point anyway."""
    image = stage.image
    return image is not None and isinstance(image.entrypoint, tuple) and image.entrypoint == stage.entrypoint.argv


def _first_word(node: Cmd | Entrypoint) -> str:
    """Return the only word of a CMD, or its first one; such as one that a start script looks for."""
    return node.text.split(maxsplit=1)[0] if node.text.strip() else ""


def _array_refusal(text: str) -> Refusal | None:
    """Return what is wrong with a text that begins like a JSON array; None for the command `[` (P14, P15, P18)."""
    try:
        _, end = JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        body = parse_shell(text)
        is_test = isinstance(body, Body) and len(body.top) > 1 and body.commands[0].name == "["
        closed = is_test and body.commands[0].words[-1].raw == "]"  # type: ignore[union-attr]
        reads = "it looks like a JSON array but is not valid JSON: today a shell reads it"
        return None if closed else Refusal("P15", reads, "correct the array")
    rest = text[end:].strip()
    return Refusal(
        "P14", f"with `{rest[:40]}` after it this is no JSON array: a shell reads the whole line", "remove that text"
    )


def start_refusal(model: Model, stage: StageModel, arguments: tuple[str, ...], files: Files) -> Refusal | None:
    """Return why a command may not start, or not stop, without the shell that starts it now (E12, E15, E22)."""
    first = arguments[0]
    name = basename(first)
    if any("\ud800" <= char <= "\udfff" for word in arguments for char in word):
        return Refusal("E22", "the text is not UTF-8, which a JSON array has to be")
    if name in ("npm", "yarn", "pnpm"):
        return Refusal(
            "E15", f"{name} as PID 1 does not pass SIGTERM on either", "name the program that the script starts"
        )
    if "/" not in first and _PROGRAMS.match(name):
        return None
    place = absolute(stage.end.workdir, first) if "/" in first else None
    if "/" not in first:
        found = on_path(model, stage, first, files)
        packaged = not first.endswith((".sh", ".bash"))
    elif place is None:
        return _unknown(first)
    else:
        found = placed(model, stage, place, files)
        packaged = place.startswith(_SYSTEM) or (place.startswith("/usr/local/") and _PROGRAMS.match(name) is not None)
    if found.starts_alone or (not found.found and packaged):
        return None
    if found.starts_alone is False:
        return Refusal(
            "E12", f"{first} does not begin with `#!`: only a shell starts it", "give it a first line like `#!/bin/sh`"
        )
    return _unknown(first)


def _unknown(first: str) -> Refusal:
    return Refusal(
        "E12",
        f"cannot tell whether {first} begins with `#!`",
        "give the build context with --context, or write the exec form",
    )
