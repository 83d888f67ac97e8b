"""What must be writable for the program of an image: the record that the modules beside it fill."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.fast.records import dataclass, field
from hardener.syntax.dockerfile.nodes import Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.add_user.kept_root import KeptRoot


@dataclass(slots=True)
class Needs:
    """What must be writable.

    Attributes:
        folders: to make where they are missing, and to give away, themselves and not what lies in them.
        tree: a folder whose copied content is given away too; None where the content stays root's.
        must: whether the program is known to write in `tree`; otherwise it is only not known that it does not.
        certain: whether nothing else is written, as far as file and build context tell.
        volumes: those of `folders` that are volumes.
        temporary: what the program makes in folders such as /tmp.
        is_shown: whether the sources of all programs are shown not to write.
        files: made by a RUN, to be given away in that RUN.
        touched: files to make where they are missing, and to give away.
        trees: folders to give away with what lies in them: small ones, of settings.
        present: folders that the base image has.
        calm: RUN instructions for which it does not matter who owns the sources.
        is_stated: whether the person says where the programs write.
        developed: what a compose file for development mounts from the host.
        kept: the services that go on as root, for they write into folders of the host; None without any.
    """

    folders: list[str] = field(default_factory=list)
    tree: str | None = None
    must: bool = False
    certain: bool = True
    volumes: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    is_shown: bool = True
    files: dict[Instruction, list[str]] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    present: tuple[str, ...] = ()
    calm: frozenset[Instruction] = frozenset()
    is_stated: bool = False
    developed: str = ""
    kept: KeptRoot | None = None

    def hold(self, folders: Iterable[str]) -> None:
        """Add the folders that are not among `folders` yet."""
        self.folders += [path for path in dict.fromkeys(folders) if path not in self.folders]
