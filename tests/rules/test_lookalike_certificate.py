"""lookalike-certificate: the right name and another certificate."""

from tests.pki import Authority
from tests.rules.stores import POSTGRESQL, found, shipped, store

RULE = ("lookalike-certificate", "warning")


def test_ecc_root_for_the_rsa_root():
    """[Microsoft ECC Root CA 2017] in the place of the RSA root; then beside [the RSA root]."""
    ecc, rsa = shipped("microsoft-ecc-root-ca-2017"), shipped("microsoft-rsa-root-ca-2017")
    assert RULE in found(store(ecc), profile=POSTGRESQL)
    assert RULE not in found(store(ecc, rsa), profile=POSTGRESQL)


def test_same_name_and_another_key():
    """[DigiCert Global Root G2 by name, with another key]; then [the real one]."""
    fake = Authority("CN=DigiCert Global Root G2,OU=www.digicert.com,O=DigiCert Inc,C=US")
    assert RULE in found(store(fake.certificate))
    assert RULE not in found(store(shipped("digicert-global-root-g2")))


def test_only_a_common_name_in_common():
    """[a root that has the common name alone of DigiCert Global Root G2]."""
    assert found(store(Authority("DigiCert Global Root G2").certificate)) == set()
