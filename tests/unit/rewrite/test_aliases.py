"""Aliases of new entries: readable, and never colliding, not even by case."""

import pytest
from tests.pki import Authority

from unpin.catalogue.load import load_builtin
from unpin.model.certificate import Certificate
from unpin.rewrite.aliases import AliasStyle, folded_aliases, free_alias, fresh_alias, slug

ROOT = Authority("CN=Some Root,O=Some\\, Inc.,C=US").certificate


@pytest.mark.parametrize(
    ("style", "alias"),
    [
        (AliasStyle.SLUG, "some-root"),
        (AliasStyle.SUBJECT, "cn=some root,o=some\\, inc.,c=us"),
        (AliasStyle.FINGERPRINT, ROOT.sha256),
    ],
    ids=["slug", "subject", "fingerprint"],
)
def test_each_style(style, alias):
    assert fresh_alias(ROOT, style, set()) == alias


def test_a_taken_name_is_numbered_also_when_it_differs_by_case():
    taken = folded_aliases(["Some-ROOT", "some-root-2"])
    assert fresh_alias(ROOT, AliasStyle.SLUG, taken) == "some-root-3"
    assert fresh_alias(ROOT, AliasStyle.SLUG, taken) == "some-root-4"


def test_many_of_one_name_are_numbered_in_order():
    taken = set()
    found = [free_alias("x", taken) for _ in range(40)]
    assert found == ["x", *(f"x-{number}" for number in range(2, 41))]
    assert free_alias("X", {"x", "x-2", "x-4"}) == "X-3"


def test_folding_is_javas():
    """JDK: "İ".toLowerCase(Locale.ENGLISH) is an i with a dot above it, not an i."""
    assert free_alias("İ", folded_aliases(["i"])) == "İ"
    assert free_alias("i\u0307", folded_aliases(["İ"])) == "i\u0307-2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DigiCert Global Root G2", "digicert-global-root-g2"),
        ("Microsoft RSA Root Certificate Authority 2017", "microsoft-rsa-root-ca-2017"),
        ("Certum Certification Authority", "certum-ca"),
        ("NetLock Arany (Class Gold) Főtanúsítvány", "netlock-arany-class-gold-fotanusitvany"),
        (
            "Elektronik Sertifika Hizmet Sağlay\u0131c\u0131s\u0131",
            "elektronik-sertifika-hizmet-saglayicisi",
        ),
        ("../../etc/passwd\0", "etc-passwd"),
        ("Главный", ""),
    ],
)
def test_slugs(name, expected):
    assert slug(name) == expected


def test_a_name_without_latin_letters_gives_its_fingerprint():
    root = Authority("政府根憑證 2").certificate
    assert fresh_alias(root, AliasStyle.SLUG, set()) == f"certificate-{root.sha256[:16]}"


@pytest.mark.parametrize("style", AliasStyle)
def test_what_is_no_certificate_has_a_name_too(style):
    assert fresh_alias(Certificate(b"no certificate"), style, set())


def test_a_long_name_stays_short():
    root = Authority("CN=" + ",OU=".join("abcdefghij" * 6 for _ in range(60))).certificate
    assert max(len(fresh_alias(root, style, set())) for style in AliasStyle) == 200


def test_the_slugs_of_the_catalogues_roots_are_what_a_store_gets():
    azure = load_builtin()
    for record in azure.roots_of(azure.profile("azure")):
        assert slug(record.name) == record.slug
