"""What needs root although no command says so: a mounted socket, a library, a device (U20)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.knowledge.users import root_libraries
from hardener.project.context_tree import ContextTree
from hardener.rules.add_user.context_texts import ContextTexts

_SOCKET = regex(r"\b(?:docker|podman|containerd)\.sock\b")
_RAW = regex(r"\b(?:SOCK_RAW|AF_PACKET|PF_PACKET|SocketType\.Raw)\b|[\"`]ip[46]?:(?:icmp|ipv6-icmp|\d+)[\"`]")
_DEVICE = regex(r"/dev/(?:net/tun|mem|gpiomem|i2c-|spidev|input/|video\d|kmsg|fuse|kvm|tty(?:USB|ACM|AMA|S)\d)")
#: the names behind `import` and `from`; JavaScript goes on with `from` or a quote
_PYTHON = regex(r"(?m)^[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+(\w[\w., \t]*?)[ \t]*(?:[;#]|\r?$))")
_NODE = regex(r"""(?:\brequire[ \t]*\([ \t]*|\bfrom[ \t]*|\bimport[ \t]*\(?[ \t]*)["']((?:@[\w.-]+/)?[\w.-]+)""")
_RUBY = regex(r"""(?m)^[ \t]*require[ \t]*\(?[ \t]*["']([\w-]+)["']""")
_RUST = regex(r"(?m)^[ \t]*(?:pub[ \t]+)?use[ \t]+(\w+)")
_ALLOW = "add USER yourself if it is given what it needs"


def needs_root_beside_commands(
    model: Model, stage: StageModel, texts: ContextTexts, *, sources: bool
) -> Refusal | None:
    """Return what of the compose files, the file itself or the sources needs root; None where nothing is seen.

    Args:
        model: of the file.
        stage: the final one.
        texts: of the build context.
        sources: whether they run as the user that starts the container.
    """
    for service in services_of(model, stage, texts.files):
        mount = next((mount for mount in service.volumes if _SOCKET.search(mount.source + mount.target)), None)
        if mount is not None:
            why = f"{service.file} mounts {mount.source}, and who may use that socket is root on the host"
            return Refusal("U20", why, "put a proxy that allows less in front of the socket, then add USER")
        if service.source != "docker" and service.user.partition(":")[0] in ("0", "root"):
            how = "`user: " if service.source == "compose" else "`runAsUser: "
            why = f"{service.file} says {how}{service.user}`, so something may need root"
            return Refusal("U20", why, "take that out if nothing does")
    for node in stage.node.body:
        if node.name in ("CMD", "ENTRYPOINT", "ENV") and _SOCKET.search(node.text):
            return Refusal("U20", f"{node.name} names the socket of a container engine, which belongs to root", _ALLOW)
    found = next(
        (why for text in (texts.sources if sources else ()) for why in _in_source(text, texts.files.tree)), None
    )
    return Refusal("U20", f"a source {found}", _ALLOW) if found else None


def _in_source(text: str, tree: ContextTree | None) -> Iterator[str]:
    """Yield what one source does that needs root."""
    if _SOCKET.search(text):
        yield "names the socket of a container engine, which belongs to root"
    if _RAW.search(text):
        yield "opens raw sockets, which needs root or a capability"
    device = _DEVICE.search(text)
    if device is not None:
        yield f"uses {device[0]}, which belongs to root"
    for language, names in _imports(text).items():
        known = root_libraries(language)
        for name in names:
            own = tree is not None and language == "python" and (tree.has(name) or tree.is_file(f"{name}.py"))
            if name in known and not own:
                yield f"imports {name}, which {known[name]}"


def _imports(text: str) -> dict[str, list[str]]:
    """Return the libraries that a text imports, by the language in which the import would be one."""
    python = [name for found in _PYTHON.finditer(text) for name in (found[1] or found[2]).split(",")]
    return {
        "python": [name.split(" as ")[0].strip().partition(".")[0] for name in python],
        "node": [found[1] for found in _NODE.finditer(text)],
        "go": [name for name in root_libraries("go") if f'"{name}"' in text or f'"{name}/' in text],
        "ruby": [found[1] for found in _RUBY.finditer(text)],
        "rust": [found[1] for found in _RUST.finditer(text)],
        "jvm": [name for name in root_libraries("jvm") if f"import {name}." in text],
        "dotnet": [name for name in root_libraries("dotnet") if f"using {name}" in text],
    }
