"""missing-root: the roots of the profile, and whom an absence hurts."""

from tests.rules.stores import (
    AT_ROTATION,
    POSTGRESQL,
    findings,
    found,
    only,
    roots,
    rotating,
    shipped,
    store,
)
from unpin.model.finding import Severity

RULE = "missing-root"
G2 = "digicert-global-root-g2"


def test_all_roots():
    """[the roots of the profile azure-postgresql]."""
    assert found(store(*roots()), profile=POSTGRESQL) == set()


def test_without_g2_every_client_fails():
    """DigiCert Global Root G2 > today's and tomorrow's chains; [the profile's other roots]."""
    finding = only(RULE, store(*roots(G2)), profile=POSTGRESQL, clients="java,openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java", "openssl")
    assert finding.message == (
        "DigiCert Global Root G2 is not in the store: Java and OpenSSL fail today and after the "
        "rotation on chains that end there"
    )


def test_optional_roots_say_for_whom():
    """[DigiCert Global Root G2] > today's and tomorrow's chains; the optional roots are absent."""
    severities = {s for _, s in found(store(shipped(G2)), profile=POSTGRESQL)}
    assert severities == {"warning", "note"}


def test_root_of_another_profile_is_an_error_where_its_chain_is_served():
    """Microsoft RSA Root CA 2017 > chains of the profile azure alone; [the profile's other roots]."""
    without = store(*roots("microsoft-rsa-root-ca-2017"))
    assert (RULE, "error") in found(without, profile="azure")
    assert (RULE, "error") not in found(without, profile=POSTGRESQL)


def test_no_profile_asks_for_nothing():
    """[Microsoft RSA Root CA 2017]."""
    assert found(store(shipped("microsoft-rsa-root-ca-2017")), profile="none") == set()


def test_new_root_works_only_after_the_rotation():
    """Old Root > Old CA 1 today; [New Root, self-signed] > New CA after."""
    found_errors = [
        finding.message
        for finding in findings(rotating("new-root"), **AT_ROTATION, clients="java")
        if finding.severity is Severity.ERROR
    ]
    assert found_errors == [
        "Old Root is not in the store: Java fails today on chains that end there"
    ]
