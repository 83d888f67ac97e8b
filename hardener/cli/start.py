"""Where the command starts: a plain command line is run at once, any other goes to click (`hardener.cli.command`)."""

from __future__ import annotations

import gc
import os
import sys

from hardener.cli.ending import FAILED, INTERRUPTED, fail, failing, leave_quietly

#: A run makes few cycles and ends soon: collecting them as often as Python does takes a tenth of its time.
_COLLECT_AFTER = 100_000


def main() -> None:
    """Run the command and end the process; a closed pipe and Ctrl-C end it without a traceback.

    A run that is over leaves at once: taking the loaded modules apart costs as long as hadolint's whole run.
    """
    gc.set_threshold(_COLLECT_AFTER)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
        sys.stderr.flush()
        if code is not None:
            os._exit(code)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = leave_quietly()
    except OSError as error:
        sys.stderr.write(f"error: {failing(error)}\n")
        leave_quietly()
        code = FAILED
    except Exception as error:
        code = fail(error)
    if code is None:
        from hardener.cli.command import main as full

        full()
    sys.exit(code)


def _run(arguments: list[str]) -> int | None:
    """Take the result of an earlier run over the same things again, or run and keep the result; see `_run_plain`."""
    from hardener.cli.remembered import folder_of, is_wanted, key_of, replayed

    both = option_and_file(arguments)
    if both:
        return _refused(both)
    if not is_wanted(arguments, os.environ):
        return _run_plain(arguments)
    try:
        folder, key = folder_of(os.environ), key_of(arguments)
    except OSError:  # the current folder is gone
        return _run_plain(arguments)
    code = replayed(folder, key)
    if code is not None:
        return code
    from hardener.cli.remembering import remembering

    return remembering(folder, key, lambda: _run_plain(arguments))


def option_and_file(arguments: list[str]) -> str:
    """Return the first option that is also the name of a file here, "" without one.

    Who hands over the names of files, as pre-commit and xargs do, would let a repository choose options by such a name.
    """
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return next((word for word in options if word[:1] == "-" and word != "-" and os.path.lexists(word)), "")


def _refused(word: str) -> int:
    from hardener.cli.reporting import tell
    from hardener.output.escape import shown_error

    tell(f"error: {shown_error(word)} is an option, and there is a file of this name: write ./ in front of the file")
    return FAILED


def _run_plain(arguments: list[str]) -> int | None:
    """Run a plain command line; None where click has to read it or to say what is wrong with it."""
    from hardener.cli.mistaken import mistaken
    from hardener.cli.reporting import tell
    from hardener.cli.running import run
    from hardener.cli.settings import read_plain
    from hardener.cli.subcommands import COMMANDS
    from hardener.errors import HardenError, OptionError
    from hardener.output.escape import shown_error

    if "_HARDEN_COMPLETE" in os.environ or (arguments and arguments[0] in COMMANDS):
        return None
    mistake = mistaken(arguments)
    if mistake:
        tell(f"error: {mistake}")
        return 2
    found = read_plain(arguments)
    if found is None:
        return None
    paths, settings = found
    try:
        settings.check()
        return run(paths or (".",), settings)
    except OptionError:
        return None  # it comes before any work
    except HardenError as error:
        tell(f"error: {shown_error(str(error))}")
        return FAILED
