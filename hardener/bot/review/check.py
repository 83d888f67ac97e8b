"""One check: from a pull request to a verdict on its last commit, written once, and again where somebody asks."""

from __future__ import annotations

from hardener.bot.bench import Bench, Told
from hardener.bot.forge.checks import Checks
from hardener.bot.forge.records import ForgeError, Reviews
from hardener.bot.mark import CHECK, check_key
from hardener.bot.policy import reason_to_skip
from hardener.bot.review.verdict import NOTHING, verdict
from hardener.bot.review.work import container_files, hardened
from hardener.errors import HardenError
from hardener.fast.records import replace


def check(name: str, number: int, bench: Bench, *, is_again: bool = False) -> list[Told]:
    """Check a pull request; what goes wrong is told. `is_again`: a person asked for another one."""
    try:
        return [Told(name, f"check of {number}: {_check(name, number, bench, is_again=is_again)}")]
    except HardenError as error:
        return [Told(name, f"check of {number}: {error}", failed=True)]


def _check(name: str, number: int, bench: Bench, *, is_again: bool) -> str:
    forge = bench.forge
    if not isinstance(forge, Checks) or not isinstance(forge, Reviews):
        raise ForgeError(f"{forge.host}: checks do not work there")
    repository = forge.repository(name)
    reason = reason_to_skip(replace(repository, may_write=True, is_fork=False), bench.policy)
    if reason:
        return f"skipped: {reason}"
    request = forge.to_review(repository, number)
    if not request.is_open:
        return "skipped: closed"
    known = next((one for one in forge.checks(repository, request.head, CHECK) if one.key == check_key(number)), None)
    if known is not None and known.is_done and not is_again:
        return "as before"
    patches = container_files(request)
    found = verdict(hardened(repository, request, bench), patches, bench.policy.fail_level) if patches else NOTHING
    # one that a killed process began goes on, but not where annotations are in it: they would be there twice
    begun = known.number if known is not None and not known.is_done and not known.annotations else None
    if not bench.dry:
        forge.write_check(repository, request.head, found, name=CHECK, key=check_key(number), number=begun)
    return f"{found.conclusion}, {found.title}"
