"""The library: its examples run, its names are all there, and importing it loads nothing else."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import unpin
from unpin import api

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_examples_of_the_functions():
    result = doctest.testmod(api)
    assert result.attempted >= 12
    assert result.failed == 0


def test_the_examples_of_the_page():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 12
    assert result.failed == 0


def test_the_page_names_every_public_name():
    names = set(
        re.findall(
            r"`(\w+)", "\n".join(re.findall(r"^\| .*", PAGE.read_text("utf-8"), re.MULTILINE))
        )
    )
    assert set(unpin.__all__) - {"__version__"} <= names


def test_every_public_name_is_there():
    for name in unpin.__all__:
        assert getattr(unpin, name) is not None
    assert set(unpin.__all__) <= set(dir(unpin))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = unpin.nothing


def test_importing_the_package_loads_nothing_else():
    code = "import sys; before = set(sys.modules); import unpin; print(*sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["unpin"]


def test_a_store_keeps_its_password_to_itself():
    store = api.open_store("fixtures/pinned.pem")
    converted = api.convert(store, to="jks", password="a secret of ours")
    assert converted.store.password == "a secret of ours"
    assert "secret of ours" not in repr(converted.store)
