"""The named tuples of linkbak behave as those of `typing`; they only cost less to define."""

from __future__ import annotations

import inspect
import pickle
import typing

import pytest

from linkbak.model import NamedTuple


class Ours(NamedTuple):
    """Somebody."""

    name: str
    age: int = 7
    tags: tuple[str, ...] = ()

    @property
    def old(self) -> bool:
        return self.age > 70

    @classmethod
    def of(cls, name: str) -> Ours:
        return cls(name, 80)


class Theirs(typing.NamedTuple):
    """Somebody."""

    name: str
    age: int = 7
    tags: tuple[str, ...] = ()


class Elder(Ours):
    """One that is derived has a dictionary, as with `typing`."""


def test_one_is_made_compared_and_taken_apart_as_with_typing() -> None:
    one, other = Ours("Ada", tags=("x",)), Theirs("Ada", tags=("x",))

    assert tuple(one) == tuple(other) == ("Ada", 7, ("x",))
    assert (one.name, one.age, one.tags, one.old) == ("Ada", 7, ("x",), False)
    assert repr(one) == repr(other).replace("Theirs", "Ours") == "Ours(name='Ada', age=7, tags=('x',))"
    assert one._asdict() == other._asdict() == {"name": "Ada", "age": 7, "tags": ("x",)}
    assert one._replace(age=71) == ("Ada", 71, ("x",)) and one._replace(age=71).old
    assert Ours.of("Eve") == ("Eve", 80, ())
    assert Ours._make(["Ada", 1, ()]) == Ours("Ada", 1)
    again = pickle.loads(pickle.dumps(one))
    assert again == one and type(again) is Ours
    match one:
        case Ours(name, age):
            assert (name, age) == ("Ada", 7)


def test_it_tells_of_itself_what_one_of_typing_does() -> None:
    for name in ("_fields", "_field_defaults", "__match_args__", "__slots__", "__doc__", "__module__"):
        assert getattr(Ours, name) == getattr(Theirs, name)
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)
    assert [*inspect.signature(Ours).parameters] == ["name", "age", "tags"]
    assert Ours.__qualname__ == "Ours" and not hasattr(Ours("Ada"), "__dict__")
    assert Elder("Ada").old is False and hasattr(Elder("Ada"), "__dict__")


@pytest.mark.parametrize("made", [Ours, Theirs])
def test_what_is_wrong_is_refused(made: typing.Any) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        made()
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        made("Ada", size=3)
    with pytest.raises(TypeError, match="Expected 3 arguments, got 1"):
        made._make(["Ada"])
    with pytest.raises((ValueError, TypeError), match=r"Got unexpected field names: \['size'\]"):
        made("Ada")._replace(size=3)
    with pytest.raises(AttributeError):
        made("Ada").name = "Eve"
