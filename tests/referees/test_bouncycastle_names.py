"""Names of many spellings: unpin calls them equal, and connects, exactly where BouncyCastle does."""

import itertools
import random

import pytest

from tests.pki import NOW
from tests.referees import bouncy, jvm
from tests.referees.test_java_names import NAMES, handshakes, pairs
from unpin.jdk.names import java_name
from unpin.model.names import Name
from unpin.pki.acceptance import verdict_on
from unpin.pki.bouncycastle_names import same_name
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import BOUNCYCASTLE

pytestmark = pytest.mark.referee

SOME = 300


@pytest.fixture(scope="module")
def java():
    bouncy.needs_jsse()
    return jvm.java_of(17)


def test_names_are_equal_where_bouncycastle_says_so(java, classes):
    chosen = pairs(SOME)
    answers = jvm.judged(java, classes, [("bcnames", *pair) for pair in chosen], bouncy.JSSE)
    equal = [answer == "equal" for answer in answers]
    assert [same_name(one, other) for one, other in chosen] == equal
    assert SOME / 10 < sum(equal) < SOME


def test_bouncycastle_connects_where_unpin_says_so(java, classes):
    """Of the spellings those that the JDK calls equal count twice: by both, or by the JDK alone."""
    asked = [*handshakes(), *handshakes(equal_in_java())][::3]
    jobs = [("BCJSSE", [anchor.der], [one.der for one in sent]) for anchor, sent in asked]
    wrong, verdicts = [], []
    for (anchor, sent), answer in zip(
        asked, jvm.judged(java, classes, jobs, bouncy.JSSE), strict=True
    ):
        views = [CertificateView.of(one) for one in sent]
        verdict = verdict_on(BOUNCYCASTLE, [CertificateView.of(anchor)], views, NOW)
        verdicts.append(verdict.accepted)
        if verdict.accepted is not None and verdict.accepted != (answer == "ok"):
            wrong.append((str(anchor.fields.subject), str(sent[-1].fields.issuer), answer))
    assert not wrong
    assert verdicts.count(True) > 10
    assert verdicts.count(False) > 10
    assert verdicts.count(None) < len(verdicts) / 10


def equal_in_java():
    """Pairs of names that the JDK calls equal."""
    alike = {}
    for one in NAMES:
        alike.setdefault((java_name(one), Name(one).canonical), []).append(one)
    every = [pair for group in alike.values() for pair in itertools.combinations(group, 2)]
    return random.Random(2253).sample(every, 60)
