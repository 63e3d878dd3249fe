"""What an audit passes over since it is ordinary changes no finding."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.pki import NOW, Authority, usage
from tests.referees import odd_certificates
from tests.rotation import rotation

from unpin import audit
from unpin.judge.context import AuditContext
from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format
from unpin.model.known_certificates import Usual
from unpin.model.store import Store
from unpin.pki.clients import CLIENTS

R = rotation()
WITHIN = timedelta(days=30)
NONE, MOMENT = timedelta(0), timedelta(microseconds=1)


@pytest.fixture(scope="module")
def pool():
    """Roots with and without what is worth a finding, and odd certificates."""
    catalogued = next(root for root in R.catalogue.certificates if root.is_root)
    plain = Authority("Plain Root")
    made = [
        plain,
        Authority("Plain Root", key=plain.key),
        Authority("Other Root"),
        Authority("Short Root", key=rsa.generate_private_key(65537, 1024)),
        Authority("Root that may not sign", extensions=(usage(cert_sign=False),)),
        Authority("Root that ends", ends=NOW + WITHIN),
        Authority("Root that ends later", ends=NOW + WITHIN + timedelta(seconds=1)),
        Authority("Root that has ended", ends=NOW),
        Authority("Root that begins", begins=NOW + timedelta(seconds=1)),
        Authority(catalogued.certificate.fields.subject.label),
        Authority("Server", ca=False),
        Authority("CA", plain),
        Authority("Server of a CA", plain, ca=False),
    ]
    odd = [Certificate(der) for der in odd_certificates.certificates().values()]
    ours = [each.certificate for each in made]
    return ours, ours, [*R.certificates.values()], odd


@st.composite
def stores(draw, kinds):
    entries = []
    for position in range(draw(st.integers(0, 4))):
        certificate = draw(st.sampled_from(draw(st.sampled_from(kinds))))
        alias = draw(st.sampled_from([f"a{position}", f"A{position}", "same"]))
        kind = draw(st.integers(0, 15))
        if kind == 0:
            chain = (certificate, *draw(st.lists(st.sampled_from(kinds[0]), max_size=3)))
            entries.append(KeyEntry(alias, KeyKind.PRIVATE, chain, b""))
        elif kind == 1:
            entries.append(UnreadableEntry(alias, b"", "damaged"))
        else:
            entries.append(TrustedEntry(alias, certificate, b"", trusted=kind > 2))
    form = draw(st.sampled_from([Format.PEM, Format.JKS, Format.PKCS12, Format.BKS]))
    return Store("test", form, tuple(entries))


@examples(300)
@given(data=st.data())
def test_nothing_worth_a_finding_is_passed_over(pool, data):
    store = data.draw(stores(pool))
    now = NOW + data.draw(st.sampled_from([-MOMENT, NONE, NONE, MOMENT]))
    clients = data.draw(st.sampled_from([(), CLIENTS]))

    def judged():
        found = audit(
            Store(store.source, store.format, store.entries),
            profile="test",
            catalogue=R.catalogue,
            clients=clients,
            now=now,
            expires_within=WITHIN,
        )
        return found.findings, found.pins, found.status

    short = judged()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AuditContext, "remarkable", property(lambda context: context.trusted))
        patch.setattr(AuditContext, "trusted_but", lambda context, *_asked: [*context.trusted])
        patch.setattr(Usual, "holds_of", lambda _usual, _values: False)
        patch.setattr(Store, "repeats_nothing", property(lambda _store: False))
        assert short == judged()
