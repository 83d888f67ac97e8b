"""Dataclasses that cost little to define: what this program starts with is some eighty of them.

`dataclasses` imports `inspect` and compiles six methods for every class, at every start. Here a class is only given
its slots; its `__init__` is compiled when a dozen objects were made, once for all classes of the same shape. For type
checkers, and for `dataclasses.replace` and its like, these are dataclasses: only the import line differs.

Left out on purpose, a TypeError: `order`, `kw_only`, `InitVar`, classes without `slots`.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: stands for "no default"
_MISSING: Any = type("MISSING", (), {"__repr__": lambda _: "<factory or nothing>"})()
_set = object.__setattr__
#: objects of a class that are made before its `__init__` is compiled
_FEW = 12
#: code of `__init__` by its text: many classes share a shape
_CODES: dict[str, CodeType] = {}


class Field:
    """What is known about one field."""

    __slots__ = ("compare", "default", "default_factory", "init", "name", "repr", "type")

    def __init__(
        self, default: Any, default_factory: Callable[[], Any] | None, init: bool, repr: bool, compare: bool
    ) -> None:
        self.name = self.type = ""
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare = init, repr, compare


def _field(
    *,
    default: Any = _MISSING,
    default_factory: Callable[[], Any] | None = None,
    init: bool = True,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """Describe a field, as `dataclasses.field` does."""
    return Field(default, default_factory, init, repr, compare)


def _dataclass(*, frozen: bool = False, eq: bool = True, slots: bool) -> Callable[[type], type]:
    """Make a class a dataclass with slots, as `dataclasses.dataclass` does."""
    if not slots:
        raise TypeError("a record has slots")
    return lambda cls: _define(cls, frozen, eq)


def _replace(record: Any, /, **changes: Any) -> Any:
    """Return a copy of a record with these fields changed, as `dataclasses.replace` does."""
    fields: tuple[Field, ...] = record.__record_fields__
    for field in fields:
        if field.init and field.name not in changes:
            changes[field.name] = getattr(record, field.name)
    return type(record)(**changes)


def field_names(kind: Any) -> tuple[str, ...]:
    """Return the names of the fields of a class, in order, those of its bases first."""
    return tuple(field.name for field in kind.__record_fields__)


def _define(cls: type, frozen: bool, eq: bool) -> type:
    space = dict(cls.__dict__)
    own = _own_fields(space)
    fields = {
        field.name: field for base in reversed(cls.__mro__[1:]) for field in getattr(base, "__record_fields__", ())
    }
    taken = {name for base in cls.__mro__[1:-1] for name in base.__dict__.get("__slots__", ())}
    for name in ("__dict__", "__weakref__", *own):
        space.pop(name, None)
    fields.update(own)
    space["__slots__"] = tuple(name for name in own if name not in taken)
    space["__record_fields__"] = tuple(fields.values())
    space["__match_args__"] = tuple(name for name, field in fields.items() if field.init)
    space["__dataclass_fields__"] = _Fields()
    space["__dataclass_params__"] = _FROZEN if frozen else _OPEN
    made = type(cls)(cls.__name__, cls.__bases__, space | _methods(space, fields, frozen, eq))
    made.__qualname__ = cls.__qualname__
    _give_constructor(made)
    return made


def _own_fields(space: dict[str, Any]) -> dict[str, Field]:
    own = {}
    for name, annotation in space.get("__annotations__", {}).items():
        if annotation.startswith("ClassVar"):
            continue
        default = space.get(name, _MISSING)
        own[name] = field = default if isinstance(default, Field) else _field(default=default)
        field.name, field.type = name, annotation
    return own


def _methods(space: dict[str, Any], fields: dict[str, Field], frozen: bool, eq: bool) -> dict[str, Any]:
    """Return the methods that the class does not define itself; none of them has to be compiled."""
    made: dict[str, Any] = {"__repr__": _repr, "__getstate__": _getstate, "__setstate__": _setstate}
    if frozen:
        made |= {"__setattr__": _refuse_change, "__delattr__": _refuse_change}
    if eq:
        compared = [name for name, field in fields.items() if field.compare]
        key: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda _: ()
        made["__eq__"] = lambda a, b: key(a) == key(b) if a.__class__ is b.__class__ else NotImplemented
        made["__hash__"] = (lambda record: hash(key(record))) if frozen else None
    if "__eq__" in space and "__hash__" not in space:
        made.pop("__hash__", None)
    return {name: method for name, method in made.items() if name not in space or space[name] is None}


def _give_constructor(made: Any) -> None:
    """Give the class an `__init__` that compiles the real one when that pays: many classes make few objects."""
    if "__init__" in made.__dict__:
        return
    fields: tuple[Field, ...] = made.__record_fields__
    taken = [field for field in fields if field.init]
    names = tuple(field.name for field in taken)
    needed = [field.default is _MISSING and field.default_factory is None for field in taken]
    if needed != sorted(needed, reverse=True):
        raise TypeError(f"{made.__name__}: a field without a default after one with a default")
    made_so_far = 0

    def construct(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal made_so_far
        made_so_far += 1
        given = dict(zip(names, args, strict=False))
        given.update(kwargs)
        count = len(args) + len(kwargs)
        if made_so_far > _FEW or count != len(given) or not _fill(self, fields, given, count):
            made.__init__ = _constructor(made)
            made.__init__(self, *args, **kwargs)

    made.__init__ = construct


def _fill(record: Any, fields: tuple[Field, ...], given: dict[str, Any], count: int) -> bool:
    """Set the fields of a new record; False where the arguments do not fit, which the compiled `__init__` tells."""
    for field in fields:
        if field.init and field.name in given:
            value = given[field.name]
            count -= 1
        elif field.default_factory is not None:
            value = field.default_factory()
        elif field.default is not _MISSING:
            value = field.default
        elif field.init:
            return False
        else:
            continue
        _set(record, field.name, value)
    if count:
        return False
    if hasattr(record, "__post_init__"):
        record.__post_init__()
    return True


def _constructor(made: Any) -> FunctionType:
    """Return the `__init__` of a class; defaults come in from outside, so that classes of one shape share the code."""
    fields: tuple[Field, ...] = made.__record_fields__
    names: dict[str, Any] = {"_set": _set, "_missing": _MISSING}
    lines, defaults, parameters = [], [], []
    for field in fields:
        name, value = field.name, field.name
        if field.default_factory is not None:
            names["_make_" + name] = field.default_factory
            value = f"_make_{name}() if {name} is _missing else {name}" if field.init else f"_make_{name}()"
        elif not field.init:
            if field.default is _MISSING:
                continue
            names["_default_" + name], value = field.default, "_default_" + name
        if field.init:
            parameters.append(name)
            if field.default is not _MISSING or field.default_factory is not None:
                defaults.append(field.default)
        lines.append(f" _set(self, {name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    text = f"def __init__({', '.join(['self', *parameters])}):\n" + ("\n".join(lines) or " pass")
    code = _CODES.get(text)
    if code is None:
        module = compile(text, "<record>", "exec")
        code = _CODES[text] = next(part for part in module.co_consts if isinstance(part, CodeType))
    return FunctionType(code, names, "__init__", tuple(defaults))


class _Params:
    """`__dataclass_params__`: a dataclass of the standard library may be built on a record."""

    __slots__ = ("eq", "frozen", "init", "order", "repr", "unsafe_hash")

    def __init__(self, frozen: bool) -> None:
        self.frozen = frozen
        self.init = self.repr = self.eq = True
        self.order = self.unsafe_hash = False


_FROZEN, _OPEN = _Params(True), _Params(False)


class _Fields:
    """`__dataclass_fields__`, made when somebody asks: then `dataclasses` is loaded anyway."""

    __slots__ = ()

    def __get__(self, _: object, owner: Any) -> dict[str, Any]:
        import dataclasses

        found = {}
        for mine in owner.__record_fields__:
            given: dict[str, Any] = {"init": mine.init, "repr": mine.repr, "compare": mine.compare}
            if mine.default_factory is not None:
                given["default_factory"] = mine.default_factory
            elif mine.default is not _MISSING:
                given["default"] = mine.default
            made: Any = dataclasses.field(**given)
            made.name, made.type, made.kw_only = mine.name, mine.type, False
            made._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
            found[mine.name] = made
        return found


def _repr(record: Any) -> str:
    from reprlib import recursive_repr

    kind: Any = type(record)
    kind.__repr__ = recursive_repr()(_shown)  # a record may hold itself
    return repr(record)


def _shown(record: Any) -> str:
    parts = (f"{field.name}={getattr(record, field.name)!r}" for field in record.__record_fields__ if field.repr)
    return f"{type(record).__qualname__}({', '.join(parts)})"


def _refuse_change(record: Any, name: str, value: object = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _getstate(record: Any) -> list[Any]:
    return [getattr(record, field.name) for field in record.__record_fields__]


def _setstate(record: Any, state: list[Any]) -> None:
    for field, value in zip(record.__record_fields__, state, strict=True):
        _set(record, field.name, value)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace

__all__ = ["Field", "dataclass", "field", "field_names", "replace"]
