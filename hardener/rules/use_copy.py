"""use-copy (HD106)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.project.context_tree import ContextFile
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Add, Copy, Flag, Instruction
from hardener.syntax.dockerfile.views import copy_words, is_address

_MESSAGE = "ADD also downloads and unpacks; COPY only copies"
#: an address, or a repository of Git in one of its spellings
_WILD = regex(r"[*?\[\\]")
#: what the name of a pattern ends with, none of which is the name of an archive that ADD unpacks
_PLAIN_ENDING = regex(
    r"\.(?:c?js|mjs|ts|json|jar|war|py|rb|php|go|rs|java|cs|csproj|sln|props|sh|conf|cfg|ini|toml|ya?ml|xml|txt|md|html"
    r"|css|sql|lock|whl|env|pem|crt|properties|gradle|gemspec|mod|sum)\Z"
)
#: flags that COPY has too
_SHARED = frozenset({"--chown", "--chmod", "--link", "--exclude", "--"})
#: what gzip, bzip2, xz and zstd begin with
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_BLOCK = 512
_CHECKSUM = slice(148, 156)


class UseCopy(Rule):
    """Copy files with COPY; ADD is for downloads and archives.

    ## What it does
    `ADD` of files and folders of the build context becomes `COPY`. Flags stay, except `--unpack=false`: COPY never
    unpacks.

    ## Why
    ADD also unpacks local archives and downloads addresses, depending on its source. COPY only copies.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    ADD . /app
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    COPY . /app
    ```

    ## Fix safety
    harden looks at each source in the build context: it must be a folder, or a file whose first bytes are not those of
    a tar archive or a compressed file. Both instructions then store the same files.

    ## When it only reports
    - C10: harden cannot tell what a source is (unknown build context, a variable, a pattern that may match an archive)

    An archive in the build context is left alone without a message.
    """

    code = "HD106"
    name = "use-copy"
    safety = Safety.SAFE
    effects = frozenset({Effect.COPY})

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Add, Refusal | None]:
        """Return for each ADD that is no download and unpacks nothing why it has to stay, None where it need not."""
        adds = [node for stage in model.stages for node in stage.node.body if isinstance(node, Add)]
        local = {node: _sources(model, node) for node in adds if not node.heredocs and _is_plain(node)}
        return {
            node: None if _never_unpacks(node) else _refusal(sources, files)
            for node, sources in local.items()
            if sources and (_never_unpacks(node) or not _brings_archive(sources, files))
        }

    def leave_Add(self, original: Add, updated: Add) -> Instruction:
        """Rewrite one ADD."""
        plan: dict[Add, Refusal | None] = self.planned
        if original not in plan:
            return updated
        refusal = plan[original]
        if refusal is not None:
            return self.report(original, updated, refusal, _MESSAGE)
        return self.rewrite(original, updated, _as_copy(updated), _MESSAGE)


def _sources(model: Model, node: Add) -> tuple[str, ...]:
    """Return the sources of an ADD as written; () where one may be an address, or an archive is meant."""
    sources = copy_words(node, model.escape).sources
    return () if any(is_address(source) for source in sources) else sources


def _is_plain(node: Add) -> bool:
    """Tell whether its flags are none that only ADD has, save the one that makes it a COPY."""
    return all(_is_unpack_off(flag) or flag.text.partition("=")[0] in _SHARED for flag in node.flags)


def _is_unpack_off(flag: Flag) -> bool:
    return flag.text == "--unpack=false"


def _never_unpacks(node: Add) -> bool:
    return any(_is_unpack_off(flag) for flag in node.flags)


def _brings_archive(sources: tuple[str, ...], files: Files) -> bool:
    """Tell whether a source is known to be an archive: that is what ADD is for."""
    return any(_begins_like_archive(files.file(source)) for source in sources if not _WILD.search(source))


def _refusal(sources: tuple[str, ...], files: Files) -> Refusal | None:
    """Return why one of the sources may be unpacked by ADD."""
    found = (_doubt(source, files) for source in sources)
    return next((Refusal("C10", reason, allow) for reason, allow in found if reason), None)


def _doubt(source: str, files: Files) -> tuple[str, str]:
    """Return what is not certain of a source, and what would make it so; "" for a folder and for a plain file."""
    if source in (".", "./", "/"):
        return "", ""
    if set(source) & set("$\"'\\"):
        return f"cannot tell which files `{source}` means", "use COPY where nothing is to be unpacked"
    if files.tree is None:
        why = f"cannot tell whether `{source}` is an archive: the build context is unknown"
        return why, "name the build context with --context"
    names = files.tree.matching(source)
    if not names:
        return f"`{source}` is not in the build context", "correct the path"
    if _WILD.search(source) and not _PLAIN_ENDING.search(source):
        return f"`{source}` may match an archive", "use COPY where nothing is to be unpacked"
    unread = next((name for name in names if not _is_readable(name, files)), "")
    return (f"cannot tell whether `{unread}` is an archive", "use COPY to copy it") if unread else ("", "")


def _is_readable(name: str, files: Files) -> bool:
    """Tell whether it is a folder, or a file that is known to begin like no archive."""
    found = files.file(name)
    return found is not None and (found.is_dir or not _begins_like_archive(found))


def _begins_like_archive(file: ContextFile | None) -> bool:
    """Tell whether ADD may unpack a file: BuildKit goes by how it begins, whatever its name says."""
    return file is not None and (file.head.startswith(_COMPRESSED) or _is_tar(file.head[:_BLOCK]))


def _is_tar(block: bytes) -> bool:
    """Tell whether a block is the header of a tar archive: its checksum is that of its bytes, with blanks for it."""
    if len(block) < _BLOCK:
        return False
    digits = block[_CHECKSUM].strip(b" \x00")
    if not digits.isdigit() or set(digits) & set(b"89"):
        return False
    return int(digits, 8) == sum(block) - sum(block[_CHECKSUM]) + 8 * ord(" ")


def _as_copy(node: Add) -> Copy:
    keyword = "copy" if node.keyword.islower() else "COPY"
    flags = tuple(flag for flag in node.flags if not _is_unpack_off(flag))
    return Copy(node.leading, node.indent, keyword, node.gap, flags, node.arguments, node.eol, node.heredocs)
