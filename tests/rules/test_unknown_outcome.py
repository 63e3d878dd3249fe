"""unknown-outcome: what rehearse does not know, the audit says."""

from tests.pki import NOW
from tests.rules.stores import CATALOGUE, POSTGRESQL, findings, found, only, roots, store
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.pki.clients import choose_clients
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.rehearser import Rehearser

RULE = "unknown-outcome"
FAULT = EncodingFault(FaultKind.UTF_8_BOM)


def test_a_client_whose_reading_of_the_file_was_not_measured():
    """[The roots of the profile azure-postgresql], in a file with a byte order mark."""
    held = store(*roots(), faults=(FAULT,))
    assert (RULE, "warning") in found(held, profile=POSTGRESQL, clients="nss")


def test_a_client_whose_reading_of_the_file_was_measured():
    """[The roots of the profile azure-postgresql], in a file with a byte order mark."""
    held = store(*roots(), faults=(FAULT,))
    rules = {rule for rule, _ in found(held, profile=POSTGRESQL, clients="openssl")}
    assert RULE not in rules


def test_a_client_that_fails_is_no_open_question():
    """[], an empty store."""
    rules = {rule for rule, _ in found(store(), profile=POSTGRESQL, clients="nss")}
    assert RULE not in rules


def test_it_says_what_rehearse_says():
    """[The roots of the profile azure-postgresql], in a file with a byte order mark."""
    held = store(*roots(), faults=(FAULT,))
    (client,) = choose_clients("nss")
    chains = CATALOGUE.profile(POSTGRESQL).chains
    rehearsal = Rehearser(held, CATALOGUE, NOW).rehearse(
        (client,), handshakes_of(CATALOGUE, chains, (FULL,))
    )
    (words,) = {explanation(rehearsal, one) for one in rehearsal.scenarios}
    assert words in only(RULE, held, profile=POSTGRESQL, clients="nss").message


def test_no_profile_no_question():
    """[The roots of the profile azure-postgresql], in a file with a byte order mark."""
    held = store(*roots(), faults=(FAULT,))
    assert RULE not in {one.rule for one in findings(held, clients="nss")}
