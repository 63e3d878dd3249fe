"""unpin says of each case what was measured, or that clients differ."""

import json

import pytest

from tests.conformance.java_limits.cases import CLIENTS, NOW, cases
from tests.conformance.java_limits.record import MEASURED
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import printed_texts, verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.verdict import Reason

ANSWERS = json.loads(MEASURED.read_text("ascii"))


def views(certificates):
    return [CertificateView.of(Certificate(one.der)) for one in certificates]


@pytest.mark.parametrize("client", CLIENTS)
def test_java_accepts_what_unpin_says(client):
    made, answers, (_, rules) = cases(), ANSWERS[client], CLIENTS[client]
    assert answers.keys() == made.keys()
    wrong, unknown = {}, {}
    for label, case in made.items():
        verdict = verdict_on(rules, views(case.store), views(case.chain), NOW)
        if verdict.accepted is None:
            unknown[label] = verdict.reason
        elif verdict.accepted != (answers[label] == "ok"):
            wrong[label] = verdict.accepted, answers[label]
        elif verdict.reason is Reason.TOO_LONG:
            assert any(text in answers[label] for text in printed_texts(rules, verdict))
    assert not wrong
    # NOTE: bcprov 1.86 seeks no issuer by the key identifier any more.
    assert set(unknown.values()) <= {Reason.CLIENTS_DIFFER}
    assert len(unknown) == (15 if client == "BouncyCastle" else 0), unknown
