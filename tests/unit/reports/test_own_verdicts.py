import pytest
from tests.cli.inside import unpin

from unpin.connections.drivers import DRIVERS
from unpin.operations.diagnosis import ConnectionClass
from unpin.reports.own_verdicts import own_verdicts


def words(said):
    return [each.word for each in own_verdicts(said)]


def test_every_class_of_doctor_is_known_with_every_driver():
    for each in ConnectionClass:
        assert words(str(each)) == [each]
        for driver in DRIVERS:
            assert words(f"a.yml:3: x\n{each}: {driver.title}: why\n") == [each]
            assert words(f"{each}: {driver.title}, libpq and pgx: why") == [each]
        assert words(f"{each}: --client names the one that reads this") == [each]


@pytest.mark.parametrize(
    "text",
    ["AFFECTED: versions before 2.17", "NOT VERIFIED: the signature", "FAILS: 3 of 20 tests",
     "UNKNOWN: plugin timed out", "CONNECTS: 4 peers", "not affected: libpq: x", "libpq: AFFECTED"],
)  # fmt: skip
def test_such_words_of_other_programs_are_none(text):
    assert words(text) == []
    assert unpin("explain", text).returncode == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("host=db.example.org sslmode=verify-full sslrootcert=/x", "BROKEN CONFIG"),
        ("postgres://db.example.org/app?sslmode=verify-full", "DEPENDS ON THE CLIENT"),
        ("jdbc:postgresql://db.example.org/app", "NOT VERIFIED"),
    ],
)
def test_explain_reads_what_doctor_prints(text, word):
    page = unpin("doctor", text).stdout
    headline = b"\n".join(page.splitlines()[:2])  # further down stand texts of drivers
    said = unpin("explain", "-", stdin=headline).stdout.decode()
    assert f"{word}\n  who:    unpin doctor\n" in said
