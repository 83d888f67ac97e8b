"""Changes of a Dockerfile that mean nothing: what harden decides must not depend on them.

`python -m tests.metamorphic` tries all of them over our own cases, with their contexts, and prints what differs;
`python -m tests.metamorphic FILE.jsonl.gz --sample 400` over texts of a corpus.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from hardener import Options, Result, Safety, harden, parse
from hardener.fast.records import replace
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Dockerfile, Env, From, Instruction, Label, Run, ShellForm
from tests.corpus import usable

#: takes a text and returns it changed, None where it has nothing to change
Change = Callable[[str], "str | None"]


def decisions(result: Result) -> Counter[tuple[str, ...]]:
    """Return what a run decided, without places and names: a rule, whether it was applied, or the reason why not."""
    return Counter(
        (f.code, "applied" if f.applied else str(f.safety), f.refusal.spec if f.refusal else "", f.doubt[:20])
        for f in result.findings
    )


def meaning(code: str) -> list[str]:
    """Return the instructions of a file, without what means nothing to the build."""
    tree = parse(code)
    return [f"{one.name} {_folded(one, tree.escape)}" for one in tree.instructions]


def _folded(node: Instruction, escape: str) -> str:
    text = "".join(flag.text + " " for flag in node.flags) + node.text
    heredocs = "".join(part.code for part in getattr(node, "heredocs", ()))
    folded = " ".join(logical(text, escape).text.split()) + heredocs
    # `as` is written as the file writes its keywords
    return re.sub(r" as (?=\S+$)", " AS ", folded) if isinstance(node, From) else folded


def _rebuilt(text: str, change: Callable[[int, Instruction, Dockerfile], str | None]) -> str | None:
    """Return the text with some instructions written otherwise, None where none is."""
    tree, out, changed = parse(text), [], False
    body = "".join(node.code for node in tree.instructions)
    if body not in text:
        return None
    for number, node in enumerate(tree.instructions):
        new = change(number, node, tree)
        changed |= new is not None
        out.append(node.code if new is None else new)
    return text.replace(body, "".join(out), 1) if changed else None


def comments_added(text: str) -> str | None:
    """Put a comment above each FROM, after an empty line."""
    end = _newline(text)

    def change(number: int, node: Instruction, _: Dockerfile) -> str | None:
        return f"{end}# a note {number}{end}{node.code}" if isinstance(node, From) else None

    return _rebuilt(text, change)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def comments_in_continuations(text: str) -> str | None:
    """Put a comment into each continued RUN, after its first line."""

    def change(_: int, node: Instruction, tree: Dockerfile) -> str | None:
        if not isinstance(node, Run) or not isinstance(node.arguments, ShellForm) or node.heredocs:
            return None
        code = node.code
        end = _newline(text)
        at = code.find(tree.escape + end, sum(len(part.code) for part in node.leading)) + 1
        return f"{code[:at]}{end}# a note{end}{code[at + len(end) :]}" if at else None

    return _rebuilt(text, change)


def blanks(text: str) -> str | None:
    """Indent instructions, and put more blanks after keywords and at the ends of lines."""

    def change(_: int, node: Instruction, tree: Dockerfile) -> str | None:
        if node.indent or node.gap != " " or not node.eol.startswith("\n"):
            return None
        leading = "".join(part.code for part in node.leading)
        rest = node.code[len(leading) + len(node.keyword) + 1 :]
        if getattr(node, "heredocs", ()):
            return f"{leading}  {node.keyword}   {rest}"
        return f"{leading}  {node.keyword}   {rest.removesuffix(node.eol)}  {node.eol}"

    return _rebuilt(text, change)


def lower_case(text: str) -> str | None:
    """Write keywords in small letters."""

    def change(_: int, node: Instruction, tree: Dockerfile) -> str | None:
        at = sum(len(part.code) for part in node.leading) + len(node.indent)
        code = node.code
        return code[:at] + node.keyword.lower() + code[at + len(node.keyword) :] if node.keyword.isupper() else None

    return _rebuilt(text, change)


def empty_lines(text: str) -> str | None:
    """Put an empty line above each instruction but the first."""
    return _rebuilt(text, lambda number, node, _: f"{_newline(text)}{node.code}" if number else None)


def one_line(text: str) -> str | None:
    """Write each continued RUN in one line, where no comment is in it."""

    def change(_: int, node: Instruction, tree: Dockerfile) -> str | None:
        lines = node.text.split("\n")
        if (
            not isinstance(node, Run)
            or len(lines) < 2
            or node.heredocs
            or any(x.lstrip().startswith("#") for x in lines)
        ):
            return None
        code, raw = node.code, node.text
        return code.replace(raw, logical(raw, tree.escape).text, 1)

    return _rebuilt(text, change)


def many_lines(text: str) -> str | None:
    """Continue each RUN of one line after each `&&` that stands outside of quotes."""

    def change(_: int, node: Instruction, tree: Dockerfile) -> str | None:
        raw = node.text
        if not isinstance(node, Run) or not isinstance(node.arguments, ShellForm) or node.heredocs or "\n" in raw:
            return None
        if " && " not in raw or re.search(r"['\"`#]|\$\(", raw):
            return None
        return node.code.replace(raw, raw.replace(" && ", f" {tree.escape}\n    && "), 1)

    return _rebuilt(text, change)


def windows(text: str) -> str | None:
    """Write the other newline."""
    if "<<" in text or "\r" in text or "\n" not in text:
        return None
    return text.replace("\n", "\r\n")


def renamed(text: str) -> str | None:
    """Give each named stage another name, wherever it stands."""
    names = {
        match.lower()
        for match in re.findall(r"(?im)^\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+([a-z][a-z0-9._-]*)[ \t]*$", text)
    }
    bases = {match.lower() for match in re.findall(r"(?im)^\s*FROM\s+(?:--\S+\s+)*(\S+)\s+AS\s", text)}
    if names & bases or re.search(r"""(?im)from=["']|<<|^\s*FROM\s+\S*\$""", text):
        return None  # a name that is an image's too, one in quotes, or one that an argument gives
    for name in names:
        new = renaming(name)
        text = re.sub(rf"(?im)^(\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+){re.escape(name)}([ \t]*)$", rf"\g<1>{new}\2", text)
        text = re.sub(rf"(?im)^(\s*FROM\s+(?:--\S+\s+)*){re.escape(name)}(?=\s|$)", rf"\g<1>{new}", text)
        text = re.sub(rf"(?i)(--from=|\bfrom=){re.escape(name)}(?=[\s,]|$)", rf"\g<1>{new}", text)
    return text if names else None


def renaming(name: str) -> str:
    """Return another name for a stage that says as much: what a name says of its purpose stays in it."""
    return f"{name}-z"


def reordered(text: str) -> str | None:
    """Swap neighbours that know nothing of each other: two ENV or two LABEL in new form with other names."""
    tree = parse(text)
    nodes = list(tree.instructions)
    for left, right in pairwise(nodes):
        if type(left) is not type(right) or not isinstance(left, Env | Label) or left.leading or right.leading:
            continue
        if "$" in left.text + right.text or not right.eol or not (_names(left) and _names(right)):
            continue
        if set(_names(left)) & set(_names(right)):
            continue
        both = left.code + right.code
        return text.replace(both, right.code + left.code, 1) if text.count(both) == 1 else None
    return None


def _names(node: Instruction) -> list[str]:
    words = logical(node.text).text.split()
    return [word.partition("=")[0] for word in words] if all("=" in word for word in words) else []


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        comments_added, comments_in_continuations, blanks, lower_case, empty_lines, one_line, many_lines, windows,
        renamed, reordered,
    )
}  # fmt: skip


def differing(text: str, change: Change, options: Options, before: Result | None = None) -> str:
    """Return how the decisions about a text differ from those about the changed one, "" where they do not."""
    changed = change(text)
    if changed is None or (change is renamed and _is_named_elsewhere(text, options)):
        return ""
    first, second = before or harden(text, options=options), harden(changed, options=options)
    told = _counted(decisions(first), decisions(second))
    if told and change is comments_in_continuations:
        # a rule that cannot act at a level does not say there why it holds back
        loud = replace(options, level=Safety.UNSAFE)
        if _only_held_back(harden(text, options=loud), harden(changed, options=loud)):
            return ""
    if told:
        return told
    if change is windows and second.code != first.code.replace("\n", "\r\n"):
        return "another text"
    same = change in (comments_added, blanks, lower_case, empty_lines)
    if same and first.changed and meaning(first.code) != meaning(second.code):
        pairs = zip(meaning(first.code), meaning(second.code), strict=False)
        return next((f"{a!r} but {b!r}" for a, b in pairs if a != b), "more or fewer instructions")
    return ""


def _is_named_elsewhere(text: str, options: Options) -> bool:
    """Tell whether a file of the project names a stage, which is another one by another name."""
    builds = options.find_builds() if options.find_builds is not None else None
    return (
        any(service.target and service.target in text for service in builds.services) if builds is not None else False
    )


def _only_held_back(first: Result, second: Result) -> bool:
    """Tell whether all that a comment changes is that its rule says it would be lost (P01)."""
    held = Counter(f.code for f in second.findings if f.refusal is not None and f.refusal.spec == "P01")
    return Counter(f.code for f in first.findings) == Counter(f.code for f in second.findings) and bool(held)


def _counted(first: Counter[tuple[str, ...]], second: Counter[tuple[str, ...]]) -> str:
    return "; ".join(
        [*(f"only before: {key}" for key in first - second), *(f"only after: {key}" for key in second - first)]
    )


def over(texts: Iterable[tuple[str, bytes, Options]]) -> Iterator[tuple[str, str, str]]:
    """Yield (name of the text, change, difference) for all that differs."""
    for text_name, data, options in texts:
        text = data.decode("utf-8", "surrogateescape")
        before = harden(text, options=options)
        for name, change in CHANGES.items():
            if told := differing(text, change, options, before):
                yield text_name, name, told


def _texts(chosen: argparse.Namespace) -> list[tuple[str, bytes, Options]]:
    """Return what is to be tried: a sample of a corpus, or our own cases."""
    if chosen.corpus is None:
        from tests.test_rules import CASES, options

        return [(f"{case.parent.name}/{case.stem}", case.read_bytes(), options(case)) for case in CASES]
    texts = usable(chosen.corpus)
    drawn = random.Random(chosen.seed).sample(texts, min(chosen.sample, len(texts)))
    return [(sample.id, sample.data, Options()) for sample in drawn]


def main() -> int:
    """Run; return 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.metamorphic")
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    texts = _texts(chosen)
    found = list(over(texts))
    for sample, name, told in found:
        print(f"{name}: {sample}: {told}")
    counted = dict(Counter(name for _, name, _ in found))
    print(f"{len(texts)} files, {len(CHANGES)} changes each, {len(found)} differences: {counted}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
