"""Places where a program writes because somebody tells it to: an argument of the container, or a file (U15).

What is mounted there belongs to whoever mounts it, and another user than root may not write to it.
"""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.image.model import StageModel
from hardener.rules.add_user.context_texts import ContextTexts

#: what reads the arguments of a command line
_READERS = regex(
    r"\b(?:argparse|optparse|sys\.argv|click\.(?:option|argument|command)|typer|docopt|process\.argv|commander|yargs"
    r"|minimist|parseArgs|OptionParser|clap)\b|\bflag\.(?:String|StringVar|Parse)\b|\bFlags\(\)|\bos\.Args\b"
)
_NAME = r"(?:out|output|dest|destination|target|save|export)(?:[-_]?(?:dir(?:ectory)?|file(?:name)?|folder|path|to))?"
#: an option that says where to write, and an argument of that name
_OPTION = regex(
    rf"""["'`][^"'`\n]{{0,12}}--{_NAME}\b|\b(?:add_argument|argument|option|positional)\(\s*["'`][<\[]?{_NAME}\b"""
    rf"""|\.(?:String|StringVar|StringP|StringVarP)\([^"\n]*"{_NAME}\"|\b{_NAME}\s*:[^=\n]*(?:=\s*)?typer\."""
    rf"""|#\[(?:arg|clap)\b[^\n]*\n\s*(?:pub\s+)?{_NAME}\s*:"""
)
_SET = r"(?m)(?:\b(\w+)|\[([\w$, \t]*)\])[ \t]*:?=[ \t]*[^=\n;]{0,80}?"
#: what a variable gets from the command line
_OF_ARGUMENTS = regex(rf"{_SET}(?:\b(?:sys|process)\.argv\b|\bos\.Args\b|\bflag\.Arg\(|\bARGV\b)")
#: what it gets out of a file; one with a plain name lies in the build context, where its paths are seen
_OF_FILE = regex(rf"{_SET}(?:\b(?:readFileSync|open)\((?!\s*[\"'`][^/])[^\n]*|\bread_text\()")
_CALL = (
    r"\b(?:writeFile\w*|appendFile\w*|createWriteStream|outputFile\w*|ensure(?:Dir|File)\w*|mkdir\w*|makedirs"
    r"|os\.(?:Create|WriteFile|MkdirAll|Mkdir)|File\.write|FileUtils\.mkdir_p|cb)\(\s*(?:null\s*,\s*)?"
)
#: the same with what is told in it
_OPENED = r"""\bopen\(\s*{}\s*,\s*(?:mode\s*=\s*)?["'][wax]"""
_AT_ONCE = regex(rf"{_CALL}(?:process\.argv|sys\.argv|os\.Args|flag\.Arg\(|ARGV\b)|{_OPENED.format('sys.argv.[^,]*')}")


def is_told_where(stage: StageModel, texts: ContextTexts) -> bool:
    """Tell whether sources write where an argument of the command line, or the text of a file, says.

    Args:
        stage: the final one: where it has no ENTRYPOINT, arguments of `docker run` replace the whole command.
        texts: of the build context.
    """
    gets_arguments = stage.entrypoint.instruction is not None and not stage.entrypoint.is_shell_form
    return any(_writes_to(text, _OF_FILE) or (gets_arguments and _of_arguments(text)) for text in texts.sources)


def _of_arguments(text: str) -> bool:
    if not _READERS.search(text):
        return False
    return bool(_OPTION.search(text) or _AT_ONCE.search(text)) or _writes_to(text, _OF_ARGUMENTS)


def _writes_to(text: str, told: re.Pattern[str]) -> bool:
    """Tell whether a text writes to a path that it keeps in a variable set by what `told` finds."""
    names = {name for found in told.finditer(text) for name in re.findall(r"\w+", found[1] or found[2] or "")}
    if not names:
        return False
    some = f"(?:{'|'.join(sorted(map(re.escape, names)))})"
    return re.search(rf"{_CALL}{some}\b|{_OPENED.format(some)}", text) is not None


__all__ = ["is_told_where"]
