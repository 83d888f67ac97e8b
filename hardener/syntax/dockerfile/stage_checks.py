"""What BuildKit refuses once it knows the stages: images and stages named wrongly, values it cannot expand or read.

A stage that the last one does not need is never carried out, so that its values are not refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hardener.errors import UnusableError
from hardener.fast.patterns import regex
from hardener.syntax.dockerfile import nodes
from hardener.syntax.dockerfile.nodes import Add, Copy, Dockerfile, Instruction
from hardener.syntax.dockerfile.views import copy_words, from_words, pairs, text_of, words
from hardener.syntax.dockerfile.views import mounts as mounts_of
from hardener.syntax.dockerfile.words import unquote
from hardener.syntax.image_reference import ImageReference

_VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))")
#: variables that BuildKit itself sets for FROM
_PREDEFINED = regex(r"(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE")
#: what template languages put for a value to come
_TEMPLATE = regex(r"%%|\{\{|<%|@\w+@|__\w+__")
_EXPANDED = regex(r"[\"'$]")
_NUMBER = regex(r"[+-]?[0-9]+")
_REMOTE = regex(r"https?://|git://|ssh://|git@[\w.-]+:")
_HTTP = regex(r"https?://(?!\S*\.git(?:[#?]|\Z))")
_DIGEST = regex(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


def check_stages(tree: Dockerfile, escape: str) -> None:
    """Refuse what BuildKit would refuse about the stages of a file, and in those that a build needs.

    Raises:
        UnusableError: the first such instruction.
    """
    declared = {name for node in tree.preamble if isinstance(node, nodes.Arg) for name, _ in pairs(node, escape)}
    named: dict[str, int] = {}
    bases: list[int | None] = []
    for index, stage in enumerate(tree.stages):
        bases.append(_check_base(stage.from_, escape, declared, named))
        name = from_words(stage.from_, escape).name
        if name is not None:
            named[name] = index
    needs = [_needs(stage, index, len(bases), named, escape) for index, stage in enumerate(tree.stages)]
    for index in sorted(_reached(bases, needs)):
        for node in tree.stages[index].body:
            late = _LATE.get(node.name)
            if late is not None:
                late(node, escape)


def _check_base(node: nodes.From, escape: str, declared: set[str], named: dict[str, int]) -> int | None:
    """Check FROM; return the index of the stage that it is built on, None for an image or where a variable says."""
    view = from_words(node, escape)
    for word in (view.image, view.platform or ""):
        _check_expansion(node, word, escape)
    if view.platform:
        platform = _without_undeclared(view.platform, declared)
        if platform == "":
            from hardener.syntax.dockerfile.suggest import did_you_mean

            names = {*declared, "BUILDPLATFORM", "TARGETPLATFORM"}
            hint = did_you_mean(view.platform.strip("${}"), names, "$")
            raise UnusableError(node, f"--platform={view.platform} is empty{hint}", view.platform)
        from hardener.syntax.dockerfile import values

        _refuse(node, values.platform_fault(platform) if platform else None, view.platform)
    image = _without_undeclared(view.image, declared)
    if image is None:
        return None
    if not image:
        raise UnusableError(node, f"{view.image} is empty: declare it with ARG before the first FROM", view.image)
    if image in named:  # only --from knows a stage in any case
        return named[image]
    if image != "scratch" and ImageReference.parse(image) is None:
        raise UnusableError(
            node, f"{view.image} is no image reference{_why_no_reference(view.image, image)}", view.image
        )
    return None


def _without_undeclared(image: str, declared: set[str]) -> str | None:
    """Return the image with "" for variables that nothing can set; None where it depends on one that is set."""
    if "$" not in image and not set(image) & set("\"'\\`"):
        return image
    names = [match[1] or match[2] for match in _VARIABLE.finditer(image)]
    if any(name in declared or _PREDEFINED.fullmatch(name) for name in names):
        return None
    plain = _VARIABLE.sub("", image)
    return None if set(plain) & set("$\"'\\`") else plain


def _why_no_reference(written: str, image: str) -> str:
    if "$" in written:
        return ": declare its variable with ARG before the first FROM"
    if image != image.lower() and ImageReference.parse(image.lower()) is not None:
        return f": did you mean {image.lower()}?"
    if _TEMPLATE.search(image):
        return ": it holds a placeholder, harden the file that the template makes"
    if "://" in image:
        return ": leave out the protocol"
    return ""


def _needs(
    stage: nodes.Stage, index: int, count: int, named: dict[str, int], escape: str
) -> list[tuple[Instruction, int]]:
    """Return the stages that the instructions of a stage copy or mount from."""
    found: list[tuple[Instruction, int]] = []
    for node in stage.body:
        if isinstance(node, Copy | Add):
            name = node.flag("from") if node.flags else None
            other = _copied_stage(node, name, count, named, escape) if name else None
            if other is not None:
                found.append((node, other))
        elif isinstance(node, nodes.Run) and node.flags:
            sources = [mount.from_ for mount in mounts_of(node)]
            found += [(node, named[name.lower()]) for name in sources if name and name.lower() in named]
    for node, other in found:
        if other == index:
            raise UnusableError(node, "a stage cannot copy from itself", _flag_text(node, "from"))
    return found


def _at(name: str) -> int:
    """Return the number of a stage, which may have a sign; -1 for one with more digits than any file has stages."""
    return int(name) if len(name) < 20 else -1


def _copied_stage(node: Instruction, name: str, count: int, named: dict[str, int], escape: str) -> int | None:
    _check_expansion(node, name, escape)
    shown = _flag_text(node, "from")
    if _NUMBER.fullmatch(name):
        if not 0 <= _at(name) < count:
            raise UnusableError(node, f"there is no stage {name}: the first one is 0, the last one {count - 1}", shown)
        return _at(name)
    if name.lower() in named:
        return named[name.lower()]
    if "$" in name:
        advice = f"name a stage with `FROM {name} AS …` and copy from that"
        raise UnusableError(node, f"--from={name} holds a variable: {advice}", shown)
    if name != "scratch" and ImageReference.parse(name) is None:
        raise UnusableError(node, f"--from={name} is neither a stage nor an image reference", shown)
    return None


def _reached(bases: list[int | None], needs: list[list[tuple[Instruction, int]]]) -> set[int]:
    """Return the stages that the last one needs; one that is needed before it is built is refused."""
    reached: set[int] = set()
    waiting = [len(bases) - 1]
    while waiting:
        index = waiting.pop()
        if index in reached:
            continue
        reached.add(index)
        base = bases[index]
        if base is not None:
            waiting.append(base)
        for node, other in needs[index]:
            if other > index:
                raise UnusableError(
                    node, "the stage it takes from comes later: move that stage up", _flag_text(node, "from")
                )
            waiting.append(other)
    return reached


def _flag_text(node: Instruction, name: str) -> str:
    return next((flag.text for flag in node.flags if flag.name in (name, "mount")), "")


def _refuse(node: Instruction, reason: str | None, word: str) -> None:
    if reason:
        raise UnusableError(node, reason, word)


def _check_expansion(node: Instruction, word: str, escape: str) -> None:
    if not _EXPANDED.search(word):
        return
    from hardener.syntax.dockerfile.expansion import fault  # most words have neither quotes nor variables

    reason = fault(word, escape)
    if reason:
        raise UnusableError(node, f"cannot read {word[:60]}: {reason}", word)


def _late_words(node: Instruction, escape: str) -> None:
    for word in words(node, escape):
        _check_expansion(node, word, escape)


def _late_text(node: Instruction, escape: str) -> None:
    _check_expansion(node, text_of(node, escape), escape)


def _late_pairs(node: Instruction, escape: str) -> None:
    for name, value in pairs(node, escape):
        _check_expansion(node, name, escape)
        _check_expansion(node, value or "", escape)


def _late_signal(node: Instruction, escape: str) -> None:
    text = text_of(node, escape)
    _check_expansion(node, text, escape)
    if "$" not in text and escape not in text:
        from hardener.syntax.dockerfile import values

        _refuse(node, values.signal_fault(unquote(text)), text)


def _late_ports(node: Instruction, escape: str) -> None:
    for word in words(node, escape):
        _check_expansion(node, word, escape)
        if "$" not in word and escape not in word:
            from hardener.syntax.dockerfile import values

            _refuse(node, values.port_fault(unquote(word)), word)


def _late_run(node: Instruction, escape: str) -> None:
    for mount in mounts_of(node):
        from hardener.syntax.dockerfile import mounts

        for _, value in mount.fields:
            _check_expansion(node, value or "", escape)
        _refuse(node, mounts.late_fault(mount), _flag_text(node, "mount"))


def _late_copy(node: Instruction, escape: str) -> None:
    assert isinstance(node, Copy | Add)
    view = copy_words(node, escape)
    for word in (*view.sources, view.target, view.chown or "", view.chmod or ""):
        _check_expansion(node, word, escape)
    if view.chmod and not set(view.chmod) & set("$\"'\\`"):
        from hardener.syntax.dockerfile import values

        _refuse(node, values.mode_fault(view.chmod), view.chmod)
    if isinstance(node, Copy):
        for source in view.sources:
            if _REMOTE.match(source):
                raise UnusableError(node, "COPY cannot fetch an address: use ADD", source)
    elif node.flags:
        _check_checksum(node, view.sources)
    for _word, body in _expanded(view.heredocs, node):
        from hardener.syntax.dockerfile.expansion import fault

        reason = fault(body, "\\", quotes=False)
        if reason:
            raise UnusableError(
                node, f"cannot read the heredoc: {reason}; quote its delimiter to keep it as it is", _word
            )


def _expanded(openers: tuple[str, ...], node: Copy | Add) -> Iterator[tuple[str, str]]:
    """Yield (opener, body) of the heredocs in which BuildKit replaces variables: those without quotes."""
    for opener, heredoc in zip(openers, node.heredocs, strict=False):
        if not set(opener) & set("\"'\\"):
            yield opener, heredoc.body


def _check_checksum(node: Add, sources: tuple[str, ...]) -> None:
    checksum = node.flag("checksum")
    if not checksum or "$" in checksum:
        return
    shown = next(flag.text for flag in node.flags if flag.name == "checksum")
    if len(sources) != 1:
        raise UnusableError(node, "--checksum is for one source", shown)
    if "$" in sources[0]:
        return
    if not _REMOTE.match(sources[0]):
        raise UnusableError(node, "--checksum is for a source that ADD fetches", shown)
    if _HTTP.match(sources[0]) and not _DIGEST.fullmatch(checksum):
        raise UnusableError(node, f"{checksum} is no digest: use sha256: and 64 hexadecimal digits", shown)


_LATE: dict[str, Callable[[Instruction, str], None]] = {
    "RUN": _late_run,
    **dict.fromkeys(("COPY", "ADD"), _late_copy),
    **dict.fromkeys(("ENV", "LABEL"), _late_pairs),
    **dict.fromkeys(("USER", "WORKDIR"), _late_text),
    "VOLUME": _late_words,
    "STOPSIGNAL": _late_signal,
    "EXPOSE": _late_ports,
}
