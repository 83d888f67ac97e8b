"""What is worse after than before. Pure functions of two `Behaviour`s."""

from __future__ import annotations

from collections import Counter

from hardener.fast.patterns import regex
from hardener.verify.container.kernel import EPHEMERAL
from hardener.verify.model import Answer, Behaviour

#: Words, blanks, and each other sign for itself.
_WORDS = regex(r"\w+|\s+|.")
#: What may differ from one run of one image to the next: long hexadecimal names, and numbers.
_VARYING = regex(r"[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*|\d+")


def failures(before: Behaviour, after: Behaviour, again: Behaviour | None = None) -> tuple[str, ...]:
    """Return what the hardened image does worse than the original, in plain clauses; () where it works alike.

    Args:
        before: what the original did.
        after: what the hardened image did.
        again: what the original did in another run; what differs there does not count.
    """
    if after.state == "not started":
        return (f"it does not start: {after.error}",)
    found: list[str] = []
    if before.state == "up" and after.state == "ended":
        found.append(f"it ends with exit code {after.code} where the original stays up")
    elif before.state == "ended" and after.state == "up":
        found.append("it stays up where the original ends")
    elif before.state == "ended" and before.code != after.code:
        found.append(f"it ends with exit code {after.code} instead of {before.code}")
    elif before.state == "ended":
        found += _text(before, after, again)
    if before.state == after.state:
        found += _answers(before.answers, after.answers, again.answers if again else (), (before, after))
    found += _answers(before.commands, after.commands, again.commands if again else (), (before, after))
    if before.state == after.state == "up":
        found += _running(before, after)
    return tuple(found)


def differs_only_in_text(before: Behaviour, after: Behaviour) -> bool:
    """Tell whether all that differs is what was printed or answered: another run of the original can excuse that."""
    return all("differs" in failure for failure in failures(before, after))


def _running(before: Behaviour, after: Behaviour) -> list[str]:
    found = []
    if after.health is False and before.health is not False:
        found.append("its health check fails")
    if before.ports is not None and after.ports is not None:
        wanted = {port for port in before.ports if int(port[4:]) < EPHEMERAL}
        for port in sorted(wanted - set(after.ports)):
            found.append(f"nothing listens on {port}")
    if before.stop is not None and after.stop is not None and after.stop.killed and not before.stop.killed:
        found.append("it has to be killed where the original ends on its stop signal")
    return found


def _text(before: Behaviour, after: Behaviour, again: Behaviour | None) -> list[str]:
    other = mask(again.output, again.hostname) if again else None
    old, new = mask(before.output, before.hostname), mask(after.output, after.hostname)
    return [] if _alike(old, new, other) else ["its output differs: " + _first_difference(old, new)]


def _answers(
    before: tuple[Answer, ...], after: tuple[Answer, ...], again: tuple[Answer, ...], runs: tuple[Behaviour, Behaviour]
) -> list[str]:
    found = []
    for index, old in enumerate(before):
        new = after[index] if index < len(after) else Answer(old.probe, None, "", "not asked")
        if old.status != new.status:
            found.append(_status(old, new))
            continue
        other = mask(again[index].body, "") if index < len(again) else None
        one, two = mask(old.body, runs[0].hostname), mask(new.body, runs[1].hostname)
        if not _alike(one, two, other):
            found.append(f"`{old.probe}`: the answer differs: " + _first_difference(one, two))
    return found


def _status(old: Answer, new: Answer) -> str:
    if new.status is None:
        return f"`{new.probe}`: {new.error or 'no answer'}"
    return f"`{new.probe}`: {new.status} instead of {old.status}" + (f" ({new.error})" if new.error else "")


def mask(text: str, hostname: str) -> str:
    """Return `text` without the container's own name."""
    return text.replace(hostname, "<hostname>") if hostname else text


def _alike(old: str, new: str, other: str | None) -> bool:
    """Compare two texts; where the original itself says another thing each time (`other`), without numbers.

    Where even that differs from run to run, what stays the same in it has to stay.
    """
    if old == new:
        return True
    if other is None or other == old:
        return False
    shapes = [_VARYING.sub("#", text) for text in (old, new, other)]
    return shapes[0] == shapes[1] or (shapes[0] != shapes[2] and varies_alike(shapes[0], shapes[1], shapes[2]))


def varies_alike(old: str, new: str, other: str) -> bool:
    """Tell whether a text differs only where two texts of the original do: in words, in their order, or in lines."""
    words = [_WORDS.findall(text) for text in (old, new, other)]
    if len(words[0]) == len(words[2]):
        if sorted(words[0]) == sorted(words[2]):
            return sorted(words[0]) == sorted(words[1])
        pairs = zip(words[0], words[1], words[2], strict=False)
        return len(words[1]) == len(words[0]) and all(one == two or one != three for one, two, three in pairs)
    lines = [Counter(text.splitlines()) for text in (old, new, other)]
    # what both runs of the original say has to be there; what only one says counts for nothing
    return not (lines[0] & lines[2]) - lines[1]


def _first_difference(old: str, new: str) -> str:
    """Return the first line that differs, of both texts."""
    for one, two in zip(old.splitlines(), new.splitlines(), strict=False):
        if one != two:
            return f"{two.strip()[:120]!r} instead of {one.strip()[:120]!r}"
    return f"{len(new.splitlines())} lines instead of {len(old.splitlines())}"
