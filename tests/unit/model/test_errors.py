"""An error is the same in another process, and keeps what it says."""

import pickle

import pytest

from unpin.cli import app, stores  # noqa: F401  (the errors of every room)
from unpin.model.errors import SeveralStoresError, UnpinError


def kinds(kind=UnpinError):
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__qualname__))
def test_an_error_is_the_same_in_another_process(kind):
    made = (
        kind("a.pem: several", "name one", ("x", "y"))
        if kind is SeveralStoresError
        else UnpinError.__new__(kind)
    )
    made.__dict__.update(message="a.pem: several", hint="name one", source="a.pem", other=[1])
    again = pickle.loads(pickle.dumps(made))
    assert (type(again), again.args, vars(again)) == (kind, made.args, vars(made))
