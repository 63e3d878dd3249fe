"""docs/json.md names every field that the documents of `rehearse` and `diff` have."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.inside import unpin

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
PINNED = ROOT / "fixtures" / "pinned.pem"
KEYED_BY_CLIENT = {"outcomes"}


def fields(value):
    """Every name in a document, but for the clients that are names of a member."""
    if isinstance(value, list):
        return set().union(*map(fields, value))
    if not isinstance(value, dict):
        return set()
    below = (fields(each) for name, each in value.items() if name not in KEYED_BY_CLIENT)
    return set(value).union(*below)


@pytest.mark.parametrize(
    "args",
    [
        ("rehearse", "--fixed", PINNED),
        ("diff", PINNED),
        ("diff", PINNED, "-"),
    ],
    ids=["rehearse", "coverage", "comparison"],
)
def test_every_field_is_named(args):
    ran = unpin(*args, "--client", "java", "--format", "json", stdin=b"-----BEGIN X-----\n")
    document = json.loads(ran.stdout)
    found = fields(document)
    assert len(found) > 20
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []
