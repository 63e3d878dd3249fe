"""The laboratory itself: real certificates that are related as the measured ones were."""

from tests.conformance.lab.certificates import SPECS, draw
from tests.conformance.lab.scenes import CHAINS, DESIGNED, drawn_stores
from tests.unit.pki.path_building import laboratory
from unpin.model.certificate import Certificate
from unpin.pki.certificate_view import Link, authorised, same_key, self_signed

LINKS = {name: Link.of(Certificate(der)) for name, der in draw().der.items()}


def related(links, relation):
    return {(one, two) for one in links for two in links if relation(links[one], links[two])}


def test_every_certificate_is_another():
    assert len({link.id for link in LINKS.values()}) == 17


def test_the_same_ones_issued_the_same_ones_as_in_the_measured_laboratory():
    assert related(LINKS, authorised) == related(laboratory.LINKS, authorised)


def test_the_same_ones_share_name_and_key_as_in_the_measured_laboratory():
    assert related(LINKS, same_key) == related(laboratory.LINKS, same_key)


def test_the_roots_are_self_signed():
    roots = {name for name, link in LINKS.items() if self_signed(link)}

    assert roots == {name for name, spec in SPECS.items() if spec.kind == "root"}


def test_the_designed_stores_and_chains_are_the_measured_ones():
    assert (len(set(DESIGNED)), len(CHAINS)) == (32, 12)


def test_the_same_seed_draws_the_same_stores():
    assert drawn_stores(50, 7) == drawn_stores(50, 7)
