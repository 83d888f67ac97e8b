"""`RUN --mount=…`: its fields, and what BuildKit refuses about them."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
#: other names of a field
_SAME = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}
_BARE = ("readonly", "readwrite", "required")
KEYS = ("type", "from", "source", "target", *_BARE, "id", "sharing", "size", "mode", "uid", "gid", "env", *_SAME)
_SHARING = ("shared", "private", "locked")
_TRUE = frozenset(["1", "t", "T", "TRUE", "true", "True"])
_FALSE = frozenset(["0", "f", "F", "FALSE", "false", "False"])
_NUMBERS = {"mode": (regex(r"[0-7]+"), 8), "uid": (regex(r"[0-9]+"), 10), "gid": (regex(r"[0-9]+"), 10)}
_SIZE = regex(r"\d+(?:\.\d+)?|\d*\.\d+")


@dataclass(frozen=True, slots=True)
class Mount:
    """One `--mount`, its fields by their full names: `src` is `source`, `dst` is `target`.

    Attributes:
        fields: (name, value) in the order of the text; None for a field without a value.
    """

    fields: tuple[tuple[str, str | None], ...]

    def get(self, name: str) -> str | None:
        """Return the value of the last field of this name, None where there is none."""
        return next((value for key, value in reversed(self.fields) if key == name), None)

    @property
    def type(self) -> str:
        """Which kind it is: `bind` where nothing is said."""
        return (self.get("type") or "bind").lower()

    @property
    def target(self) -> str | None:
        """The folder in the container."""
        return self.get("target")

    @property
    def source(self) -> str | None:
        """The folder it comes from."""
        return self.get("source")

    @property
    def from_(self) -> str | None:
        """The stage or image it comes from."""
        return self.get("from")

    @property
    def id(self) -> str | None:
        """The name of a cache, a secret or an ssh agent."""
        return self.get("id")

    @property
    def forgets(self) -> bool:
        """Whether what a RUN writes there is gone after it, or may be: in a tmpfs, and in a bind that takes writes."""
        if self.type != "bind":
            return self.type == "tmpfs" or "$" in self.type
        access = ((key, value) for key, value in reversed(self.fields) if key in ("readonly", "readwrite"))
        key, value = next(access, ("readonly", None))
        return value not in _FALSE if key == "readwrite" else value is not None and value not in _TRUE


def read_mount(text: str) -> Mount:
    """Read the value of one `--mount`.

    Raises:
        ValueError: the quotes in it never end.
    """
    if '"' in text:
        import csv  # rare: quotes inside a mount

        try:
            fields = next(csv.reader([text], strict=True), [])
        except csv.Error as error:
            raise ValueError(str(error)) from None
    else:
        fields = text.split(",")
    pairs = []
    for field in fields:
        key, equals, value = field.partition("=")
        key = key.lower()
        pairs.append((_SAME.get(key, key), value if equals else None))
    return Mount(tuple(pairs))


def early_fault(mount: Mount) -> str | None:
    """Return what BuildKit refuses before it knows the values of variables."""
    for key, value in mount.fields:
        if key == "from" and value and "$" in value[:-1]:
            return f"`from={value}` holds a variable: name a stage with `FROM {value} AS …` and mount from that"
    return None


def late_fault(mount: Mount) -> str | None:
    """Return what BuildKit refuses when it runs the instruction; values with variables are left alone."""
    kind = mount.type
    if "$" in kind:
        return None
    for key, value in mount.fields:
        if value is None or "$" not in value:
            reason = _field_fault(key, value, kind)
            if reason:
                return reason
    return _together(mount, kind)


def _field_fault(key: str, value: str | None, kind: str) -> str | None:
    if key not in KEYS:
        from hardener.syntax.dockerfile.suggest import did_you_mean

        return f"`{key}` is no field of --mount" + did_you_mean(key, KEYS)
    if value is None:
        if key not in _BARE:
            return f"`{key}` of --mount needs a value"
    elif key == "type" and value.lower() not in TYPES:
        return f"`{value}` is no type of mount: use one of {', '.join(TYPES)}"
    elif key == "sharing" and value.lower() not in _SHARING:
        return f"`{value}` is no way to share a cache: use one of {', '.join(_SHARING)}"
    elif key in _BARE and value not in _TRUE | _FALSE:
        return f"`{key}={value}`: use true or false"
    elif key in _NUMBERS and not (_NUMBERS[key][0].fullmatch(value) and int(value, _NUMBERS[key][1]) < 2**32):
        return f"`{key}={value}` is no number that fits"
    elif key == "size" and not _SIZE.match(value):
        return f"`size={value}` is no size"
    return _kind_fault(key, kind)


def _kind_fault(key: str, kind: str) -> str | None:
    allowed = {
        "required": ("secret", "ssh"),
        "size": ("tmpfs",),
        "sharing": ("cache",),
        **dict.fromkeys(("mode", "uid", "gid"), ("secret", "ssh", "cache")),
    }
    if key in allowed and kind not in allowed[key]:
        return f"`{key}` is not for a mount of type {kind}"
    return None


def _together(mount: Mount, kind: str) -> str | None:
    if kind == "secret":
        if mount.from_:
            return "a secret has no `from`"
        if not (mount.source or mount.target or mount.id):
            return "a secret needs an `id`, or a `target`"
        if mount.source and mount.id:
            return "a secret has an `id` or a `source`, not both"
    elif kind != "ssh" and mount.target == "/":
        return "nothing can be mounted at `/`"
    return None
