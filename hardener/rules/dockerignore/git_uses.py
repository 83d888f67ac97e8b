"""Whether a build may need the repository itself: versions, dates and hooks that are read from it (D02)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.image.runs import parsed
from hardener.project.context import Files
from hardener.shell import Body
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Run, ShellForm

#: what git does without a repository in the context
_ELSEWHERE = frozenset(("clone", "config", "--version", "version", "init"))
_GIT = regex(r"\bgit\b")
#: the folder itself, not `.gitignore`, not the end of an address
_FOLDER = regex(r"(?<![\w.-])\.git(?![\w-])")
_STAMPS = regex(r"buildvcs|GIT_DIR|--git-dir")
#: in sources and settings: programs and libraries that look for the repository
SOURCES = (
    r"rev-parse|rev-list|git describe|git log|git show|git status|git submodule|git ls-files|GIT_DIR|--git-dir"
    r"|(?<!\"type\": )(?<!\"type\":)[\"']git[\"']"
    r"|(?:[Gg]it[Pp]ython)|setuptools[-_](?:scm|git)|versioneer|hatch-vcs|vcs-versioning|dunamai|versioningit"
    r"|dynamic-versioning|\bpbr\b|miniver|setupmeta|ReadBuildInfo|buildvcs|vergen|shadow-rs|shadow_rs|git[-_]version"
    r"|gix\b|git2\b|libgit2|git-commit-id|git-properties|jgit|axion-release|nebula\.release|[Gg]it[Vv]ersion|MinVer"
    r"|git-rev-|git-revision|git-describe|simple-git[\"']|isomorphic-git|nodegit|husky install|showLastUpdate"
    r"|lastUpdated: true|enableGitInfo|\.git/\w|\([^()\n]*[\"']\.git[\"']\)"
)


def runs_git(model: Model) -> bool:
    """Tell whether a RUN may look at a repository that was copied."""
    return any(_looks(model, run) for stage in model.stages for run in stage.node.body if isinstance(run, Run))


def _looks(model: Model, run: Run) -> bool:
    text = logical(run.text, model.escape).text + "".join(heredoc.code for heredoc in run.heredocs)
    if _FOLDER.search(text) or _STAMPS.search(text):
        return True
    if not _GIT.search(text):
        return False
    if run.heredocs or not isinstance(run.arguments, ShellForm):
        return True
    body = parsed(model, run)
    if not isinstance(body, Body):
        return True
    return any(_reads_repository(command.words) for command in body.commands if command.name == "git")


def _reads_repository(words: tuple[object, ...]) -> bool:
    values = [getattr(word, "value", None) for word in words[1:]]
    return not values or values[0] not in _ELSEWHERE


def sources_use_git(files: Files) -> bool:
    """Tell whether a file of the context may look at the repository while it is built or installed."""
    return files.mentions(SOURCES)
