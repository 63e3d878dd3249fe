"""unpin says of each case what was measured."""

import json

import pytest

from tests.conformance.java_limits.cases import CLIENTS, NOW, cases
from tests.conformance.java_limits.record import MEASURED
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import printed_texts, verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.failure_reasons import Reason

ANSWERS = json.loads(MEASURED.read_text("ascii"))


def views(certificates):
    return [CertificateView.of(Certificate(one.der)) for one in certificates]


@pytest.mark.parametrize("client", CLIENTS)
def test_java_accepts_what_unpin_says(client):
    made, answers, (_, rules) = cases(), ANSWERS[client], CLIENTS[client]
    assert answers.keys() == made.keys()
    wrong, unknown = {}, set()
    for label, case in made.items():
        verdict = verdict_on(rules, views(case.store), views(case.chain), NOW)
        if verdict.accepted is None:
            unknown.add(label)
        elif verdict.accepted != (answers[label] == "ok"):
            wrong[label] = verdict.accepted, answers[label]
        elif verdict.reason is Reason.TOO_LONG:
            assert any(text in answers[label] for text in printed_texts(rules, verdict))
    assert (wrong, unknown) == ({}, set())
