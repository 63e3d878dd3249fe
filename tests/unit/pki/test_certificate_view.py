"""Where issuers are looked for, each certificate stands once."""

from itertools import permutations

import pytest
from tests.pki import Authority

from unpin.pki.certificate_view import CertificateView, IssuerPool

NAMESAKES = tuple(
    CertificateView.of(Authority("Namesake", key=Authority(key).key).certificate)
    for key in ("first", "second", "third")
)


@pytest.mark.parametrize("first", list(permutations(NAMESAKES)))
def test_copies_among_namesakes_count_once(first):
    for copies in permutations(NAMESAKES):
        pool = IssuerPool((*first, *copies))
        assert list(pool.called(first[0].subject)) == list(pool) == list(first)
