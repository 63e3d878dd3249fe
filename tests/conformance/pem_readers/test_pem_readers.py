"""What each client loads of mangled files is what its scanner finds, and no verdict promises more.

The record is replayed every day, and the quick clients are asked again about some of the files;
with UNPIN_CONFORMANCE=full all are asked about all.
"""

import json

import pytest
from tests import fixed_keys, programs
from tests.conformance.pem_readers.files import DRAWN, draw, roots
from tests.conformance.pem_readers.readers import READERS, ask
from tests.conformance.pem_readers.record import FILE, short
from tests.conformance.sampling import FULL
from tests.pki import NOW, Authority

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.errors import UnpinError
from unpin.operations.fault_repair import repairable_faults, written_anew
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import MODELLED, client_named
from unpin.rehearsal.file_reading import minding, reads_all
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.encoders import encode_verified
from unpin.stores.opening import open_bytes
from unpin.stores.pem.scanners import SCANNERS

MEASURED = json.loads(FILE.read_text(encoding="utf-8"))
ALTERED = 8
"""Most files in which a scanner finds a certificate that lost a character: the client's parser
decides about it, and no scanner."""
JUDGED = 500
"""Files whose verdicts are compared; the scanners are compared on all."""
QUICK = ("openssl", "gnutls", "go")
SAMPLE = 400


@pytest.fixture(scope="module")
def files():
    return [draw(seed) for seed in range(DRAWN)]


@pytest.fixture(scope="module")
def stores(files):
    """The stores that unpin opens, by the number of the file."""
    found = {}
    for number, data in enumerate(files[:JUDGED]):
        try:
            found[number] = open_bytes(data, source="store")
        except UnpinError:
            continue
    return found


@pytest.fixture(scope="module")
def handshakes():
    """One for each root: a server right below it."""
    with fixed_keys.scope("servers of pem_readers"):
        servers = {
            name: Authority(f"CN=server {name}", root, ca=False) for name, root in roots().items()
        }
    return {
        name: Handshake(
            Phase.BOTH, name, "", "as sent", (CertificateView.of(one.certificate),), seen=True
        )
        for name, one in servers.items()
    }


def names(reading):
    """The roots that a scanner finds, as the record spells them; None with an altered one."""
    known = {root.certificate.der: name for name, root in roots().items()}
    if not reading.loaded <= known.keys():
        return None
    return "".join(sorted(known[der] for der in reading.loaded)) or "-"


@pytest.mark.parametrize("client", READERS)
def test_a_scanner_finds_what_the_client_loads(files, client):
    scan = SCANNERS[READERS[client][0]]
    told = [names(scan(data)) for data in files]
    said = MEASURED[client].split(" ")

    assert told.count(None) <= ALTERED
    assert [
        (number, one, other)
        for number, (one, other) in enumerate(zip(told, said, strict=True))
        if one not in (None, other)
    ] == []


def test_of_a_file_without_readings_every_client_loads_every_root(files, stores):
    several = [number for number, store in stores.items() if not store.readings]
    assert len(several) > 20
    for number in several:
        there = {entry.certificate.der for entry in stores[number].trusted}
        for scan in SCANNERS.values():
            assert scan(files[number]).loaded == there


@pytest.mark.parametrize("client", READERS)
def test_no_verdict_promises_more(stores, handshakes, client):
    reader = READERS[client][0]
    (family,) = (
        one.ident for one in MODELLED if reader in one.reading.readers and one.ident in FAMILIES
    )
    said = MEASURED[client].split(" ")
    wrong, right = [], 0
    for number, store in stores.items():
        rehearser = Rehearser(store, load_builtin(), NOW)
        for name, handshake in handshakes.items():
            accepted = rehearser.verdict(client_named(family), handshake).accepted
            if accepted and name not in said[number]:
                wrong.append((number, name))
            right += accepted is True and name in said[number]

    assert wrong == []
    assert right > JUDGED // 8


FAMILIES = ("openssl", "go", "rustls", "gnutls", "boringssl", "java")


def test_what_a_client_loses_is_a_finding_that_names_it(stores):
    clients = [client_named(ident) for ident in FAMILIES]
    lost = 0
    for number, store in stores.items():
        named = {one.ident for _, several in minding(store, clients) for one in several}
        losing = {one.ident for one in clients if reads_all(store, one) is False}
        assert losing <= named, (number, store.faults)
        lost += bool(losing)
    assert lost > JUDGED // 3


def test_what_fix_repairs_loses_no_certificate(stores):
    """After it every client reads every certificate that any client read before."""
    repaired = 0
    for store in stores.values():
        if not repairable_faults(store):
            continue
        repaired += 1
        written = encode_verified(written_anew(store), password=None).store
        there = {certificate.der for certificate in written.certificates()}
        assert there == {certificate.der for certificate in store.certificates()}
        assert all(reading.loaded <= there for reading in store.readings.values())
        assert (written.faults, written.readings) == ((), {})
    assert repaired > JUDGED // 20


@pytest.mark.referee
@pytest.mark.parametrize("client", READERS if FULL else QUICK)
def test_the_client_says_so_again(files, client):
    some = files if FULL else files[:SAMPLE]
    said = ask(client, some)
    if said is None and client == "bun":
        pytest.skip("NOT RUN, nor needed: bun")
    if said is None:
        programs.not_run(client)

    assert short(said).split(" ") == MEASURED[client].split(" ")[: len(some)]
