"""One review: from a pull request to comments on it, each made once."""

from __future__ import annotations

from hardener.bot.bench import Bench, Told
from hardener.bot.forge.records import ForgeError, Repository, Reviewed, Reviews
from hardener.bot.git.clone import clone_at
from hardener.bot.git.command import Git
from hardener.bot.policy import reason_to_skip
from hardener.bot.reach import access, empty_folder
from hardener.bot.review.suggest import Remark, keys, remark
from hardener.bot.rewriting import Group
from hardener.engine.discovery import names_compose
from hardener.errors import HardenError
from hardener.fast.records import replace
from hardener.lookups.reading import is_dockerfile

#: comments of one review
_MOST = 30
#: changes other files than the one that is looked at; a pull request of somebody else gets no new files
_IGNORED = ("dockerignore",)


def review(name: str, number: int, bench: Bench) -> list[Told]:
    """Review a pull request; what goes wrong is told."""
    try:
        return [Told(name, f"review of {number}: {_review(name, number, bench)}")]
    except HardenError as error:
        return [Told(name, f"review of {number}: {error}", failed=True)]


def _review(name: str, number: int, bench: Bench) -> str:
    forge = bench.forge
    if not isinstance(forge, Reviews):
        raise ForgeError(f"{forge.host}: reviews do not work there")
    repository = forge.repository(name)
    reason = reason_to_skip(replace(repository, may_write=True, is_fork=False), bench.policy)
    if reason:
        return f"skipped: {reason}"
    request = forge.to_review(repository, number)
    if not request.is_open or request.is_draft:
        return "skipped: a draft, or closed"
    patches = container_files(request)
    if not patches:
        return "skipped: no container file"
    remarks = _remarks(hardened(repository, request, bench), patches, forge.fence)
    if not remarks:
        return "nothing to suggest"
    known = keys(one.text for one in forge.remarks(repository, number))
    new = [one for one in remarks if one.key not in known][:_MOST]
    if not new:
        return "as before"
    if not bench.dry:
        forge.write_review(repository, number, request.head, _BODY, [(r.path, r.start, r.end, r.text) for r in new])
    return f"{len(new)} comments"


def container_files(request: Reviewed) -> dict[str, str]:
    """Return the paths of the container files that a request adds or changes, with their patches."""
    names = ((path, patch, path.rpartition("/")[2]) for path, patch in request.patches)
    return {path: patch for path, patch, name in names if is_dockerfile(name) or names_compose(name)}


def hardened(repository: Repository, request: Reviewed, bench: Bench) -> Group:
    """Return what harden finds in the repository as a request has it."""
    with empty_folder() as folder:
        git = Git(folder, access(repository, bench.forge), (bench.policy.name, bench.policy.mail))
        clone_at(git, repository.clone_url, request.head)
        order = replace(bench.policy, grouping="repository", updates=False).order(ignored=_IGNORED)
        return bench.rewrite(folder, order, bench.bounds)[0]


def _remarks(group: Group, patches: dict[str, str], fence: str) -> list[Remark]:
    # a change that comes with that of another file: then none can be applied alone
    is_alone = all(change.is_own for change in group.changes)
    found = [
        remark(change, group.notes, patches[change.path], is_alone=is_alone, fence=fence)
        for change in group.changes
        if change.path in patches
    ]
    return [one for one in found if one is not None]


_BODY = "harden looked at the container files of this request. No image was built. Suggestions can be applied alone.\n"
