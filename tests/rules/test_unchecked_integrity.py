"""unchecked-integrity: read without the password."""

import pytest

from tests.rules.stores import ROOT, found, store
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection


@pytest.mark.parametrize(
    ("integrity", "rules"),
    [
        (Integrity.NOT_CHECKED, {("unchecked-integrity", "note")}),
        (Integrity.VERIFIED, set()),
        (Integrity.ABSENT, set()),
    ],
)
def test_by_what_is_known(integrity, rules):
    """[Some Root], in a JKS."""
    protection = Protection(integrity=integrity)
    assert found(store(ROOT.certificate, format=Format.JKS, protection=protection)) == rules
