"""The laboratory itself: real certificates that are related as the measured ones were."""

from tests.conformance.lab.certificates import SPECS, draw
from tests.conformance.lab.scenes import CHAINS, DESIGNED, drawn_stores
from tests.unit.pki.path_building import laboratory
from unpin.model.certificate import Certificate
from unpin.pki.certificate_view import (
    CertificateView,
    is_ca_issuer,
    is_self_signed,
    same_name_and_key,
)

LINKS = {name: CertificateView.of(Certificate(der)) for name, der in draw().der.items()}


def related(views, relation):
    return {(one, two) for one in views for two in views if relation(views[one], views[two])}


def test_every_certificate_is_another():
    assert len({view.id for view in LINKS.values()}) == 17


def test_the_same_ones_issued_the_same_ones_as_in_the_measured_laboratory():
    assert related(LINKS, is_ca_issuer) == related(laboratory.LINKS, is_ca_issuer)


def test_the_same_ones_share_name_and_key_as_in_the_measured_laboratory():
    assert related(LINKS, same_name_and_key) == related(laboratory.LINKS, same_name_and_key)


def test_the_roots_are_self_signed():
    roots = {name for name, view in LINKS.items() if is_self_signed(view)}

    assert roots == {name for name, spec in SPECS.items() if spec.kind == "root"}


def test_the_designed_stores_and_chains_are_the_measured_ones():
    assert (len(set(DESIGNED)), len(CHAINS)) == (32, 12)


def test_the_same_seed_draws_the_same_stores():
    assert drawn_stores(50, 7) == drawn_stores(50, 7)
