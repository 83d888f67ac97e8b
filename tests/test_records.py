"""Records behave as dataclasses do, and cost less to define."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from hardener import Options, Safety, harden
from hardener.fast.records import dataclass, field, field_names, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = ""

    def __hash__(self) -> int:
        return 7


@dataclass(slots=True)
class Open:
    a: int
    b: int = field(init=False)

    def __post_init__(self) -> None:
        self.b = self.a + 1


class Sub(Named):
    __slots__ = ()


class Plain:  # the same by hand, with the standard library
    Point = dataclasses.make_dataclass(
        "Point",
        [("x", int), ("y", int, 2), ("tags", list, dataclasses.field(default_factory=list, compare=False, repr=False))],
        frozen=True,
        slots=True,
    )


@pytest.mark.parametrize(
    "arguments", [((1,), {}), ((1, 3), {}), ((), {"x": 1, "tags": ["a"]}), ((), {}), ((1, 2, [], 4), {})]
)
def test_the_constructor_takes_what_that_of_a_dataclass_takes(arguments: tuple[tuple, dict]) -> None:
    given, named = arguments
    try:
        expected = repr(Plain.Point(*given, **named))
    except TypeError as error:
        with pytest.raises(TypeError) as mine:
            Point(*given, **named)
        assert str(mine.value).split("__init__", 1)[1] == str(error).split("__init__", 1)[1]
    else:
        assert repr(Point(*given, **named)) == expected


def test_equality_and_hash_leave_out_what_is_not_compared() -> None:
    assert Point(1, tags=["a"]) == Point(1, 2)
    assert hash(Point(1, tags=["a"])) == hash(Point(1, 2))
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert hash(Named(1)) == 7
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open(1))


def test_each_object_has_its_own_list() -> None:
    one, other = Point(1), Point(1)
    one.tags.append("a")
    assert other.tags == []


def test_inheritance_keeps_the_order_of_fields() -> None:
    assert field_names(Sub) == ("x", "y", "tags", "name")
    made = Sub(1, name="n")
    assert (type(made), made.y, made.name) == (Sub, 2, "n")
    assert not hasattr(made, "__dict__")
    assert Sub.__match_args__ == ("x", "y", "tags", "name")


def test_frozen_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del Point(1).x
    record = Open(1)
    record.a = 5
    assert (record.a, record.b) == (5, 2)


def test_replace_copy_and_pickle() -> None:
    point = Point(1, 3, ["a"])
    assert replace(point, x=9) == Point(9, 3)
    assert replace(point, x=9).tags is point.tags
    for made in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert made == point
        assert made.tags == ["a"]
    with pytest.raises(TypeError, match="unexpected keyword"):
        replace(point, z=1)


def test_the_standard_library_takes_them_for_dataclasses() -> None:
    options = dataclasses.replace(Options(), level=Safety.SAFE)
    assert options.level is Safety.SAFE
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 2, "tags": []}
    assert [f.name for f in dataclasses.fields(Sub)] == ["x", "y", "tags", "name"]
    result = harden("FROM scratch\n")
    assert dataclasses.is_dataclass(result)
    assert repr(result).startswith("Result(filename=None, source='FROM scratch\\n'")


def test_a_dataclass_can_be_built_on_a_record() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Wider(Point):
        z: int = 5

    assert repr(Wider(1, z=6)) == f"{Wider.__qualname__}(x=1, y=2, z=6)"
    assert Wider(1) == Wider(1, 2)


def test_a_record_that_holds_itself_can_be_printed() -> None:
    point = Point(1, tags=[])
    node = Open(1)
    node.a = node  # type: ignore[assignment]
    assert repr(node) == "Open(a=..., b=2)"
    assert repr(point) == "Point(x=1, y=2)"


def test_what_is_left_out_is_refused() -> None:
    with pytest.raises(TypeError, match="order"):
        dataclass(frozen=True, slots=True, order=True)
    body = {"__annotations__": {"a": "int", "b": "int"}, "a": 1, "__module__": __name__}
    with pytest.raises(TypeError, match="Wrong: a field without a default"):
        dataclass(slots=True)(type("Wrong", (), body))


@pytest.mark.parametrize("before", [0, 30])
def test_few_objects_and_many_are_made_alike(before: int) -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        a: int
        b: int = 2
        c: list[int] = field(default_factory=list)
        d: int = field(init=False, default=4)

    for number in range(before):
        Fresh(number)
    made = Fresh(1, c=[3])
    assert (made.a, made.b, made.c, made.d) == (1, 2, [3], 4)
    for given, named in (((), {}), ((1, 2, [], 5), {}), ((1,), {"a": 1}), ((1,), {"d": 1}), ((1,), {"x": 1})):
        with pytest.raises(TypeError):
            Fresh(*given, **named)
