"""What is known of the certificates of the last stores stays within a bound, and is right."""

import pytest

from unpin.model import known_certificates
from unpin.model.certificate import Certificate
from unpin.model.known_certificates import KnownCertificates, Usual, UsualAnswers
from unpin.model.recent import Recent

MOST = 20


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(known_certificates, "_MOST", MOST)


def numbered(*numbers):
    return {Certificate(number.to_bytes(4)) for number in numbers}


@pytest.mark.parametrize("each", [1, 3, MOST, MOST + 1])
def test_no_more_is_known_than_the_bound(each):
    known = KnownCertificates()
    for first in range(0, MOST * 5, each):
        found = numbered(*range(first, first + each))
        known.learn(found)
        assert len(known) <= MOST
        assert found <= known or each > MOST


def test_long_certificates_are_not_kept():
    known = KnownCertificates()
    known.learn({Certificate(bytes(Recent.longest + 1))})
    assert not known


def test_each_certificate_is_asked_once_while_it_is_known():
    asked = []

    def is_even(certificate):
        asked.append(certificate)
        return certificate.der[-1] % 2 == 0

    usual = Usual(is_even)
    assert usual.holds_of(numbered(2, 4))
    assert usual.holds_of(numbered(2, 4, 6))
    assert not usual.holds_of(numbered(2, 3))
    assert not usual.holds_of(numbered(2, 3))
    assert [each.der[-1] for each in asked[2:]] == [6, 3, 3]


@pytest.mark.parametrize("numbers", [range(0, MOST * 6, 2), range(1, MOST * 6, 2)])
def test_a_store_larger_than_the_bound_is_judged_all_the_same(numbers):
    usual = Usual(lambda certificate: certificate.der[-1] % 2 == 0)
    every = numbered(*numbers)
    for _ in range(2):
        assert usual.holds_of(every) is (numbers.start == 0)


def test_a_long_certificate_is_judged_all_the_same():
    long = Certificate(bytes(Recent.longest + 1))
    for usual in (True, False):
        assert Usual(lambda _certificate, usual=usual: usual).holds_of({long}) is usual


def odd(certificate):
    """The last octet where it is odd, else None."""
    last = certificate.der[-1]
    return last if last % 2 else None


def test_answers_come_in_the_order_of_the_certificates_and_are_asked_once():
    asked = []
    answers = UsualAnswers(lambda each: asked.append(each) or odd(each))
    one, two, three = (Certificate(number.to_bytes(4)) for number in (1, 2, 3))
    assert answers.of_each([three, None, two, one, three]) == [3, None, None, 1, 3]
    assert asked == [three, two, one, three]
    assert answers.of_each([one, three]) == [1, 3]
    assert answers.of_each([two, one]) == [None, 1]
    assert asked[4:] == [two]


@pytest.mark.parametrize("each", [1, 3, MOST, MOST + 1])
def test_no_more_answers_are_known_than_the_bound(each):
    answers = UsualAnswers(lambda certificate: f"about {certificate.der[-1]}")
    for first in range(0, MOST * 5, each):
        found = [Certificate(number.to_bytes(4)) for number in range(first, first + each)]
        assert answers.of_each(found) == [f"about {one.der[-1]}" for one in found]
        assert len(answers._known) <= MOST


def test_answers_about_long_certificates_are_not_kept():
    answers = UsualAnswers(lambda _certificate: "long")
    assert answers.of_each([Certificate(bytes(Recent.longest + 1))]) == ["long"]
    assert not answers._known
