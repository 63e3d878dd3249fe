"""What OpenSSL's trust settings make of a root, an intermediate and a server, unpin says.

R > I > L        the server sends L, I; TRUSTED CERTIFICATE blocks of R, I and L are in the store
"""

import pytest
from tests import programs
from tests.conformance.policy import openssl
from tests.conformance.policy.cases import Case, trio
from tests.conformance.policy.certs import NOW
from tests.conformance.policy.pem import bundle
from tests.conformance.policy.servers import server_context

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import printed_text
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import client_named
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.opening import open_bytes

pytestmark = pytest.mark.referee

CERTIFICATES = dict(zip("RIL", trio(), strict=True))
SENT = (CERTIFICATES["L"], CERTIFICATES["I"])
SETTINGS = {
    "plain": (),
    "no settings": ("-trustout",),
    "reject serverAuth": ("-addreject", "serverAuth"),
    "reject clientAuth": ("-addreject", "clientAuth"),
    "reject any": ("-addreject", "anyExtendedKeyUsage"),
    "trust serverAuth": ("-addtrust", "serverAuth"),
    "trust any": ("-addtrust", "anyExtendedKeyUsage"),
    "trust mail": ("-addtrust", "emailProtection"),
    "trust serverAuth, reject it": ("-addtrust", "serverAuth", "-addreject", "serverAuth"),
}
STORES = [
    *[((which, kind),) for which in "RIL" for kind in SETTINGS],
    *[(("R", "plain"), ("I", kind)) for kind in SETTINGS],
    *[(("R", kind), ("I", "plain")) for kind in SETTINGS],
    *[(("R", "reject serverAuth"), ("I", kind)) for kind in SETTINGS],
    *[(("R", "reject serverAuth"), ("R", "plain")), (("R", "plain"), ("R", "reject serverAuth"))],
]
FAMILIES = {"openssl": 0, "openssl-partial-chain": openssl.PARTIAL_CHAIN}


@pytest.fixture(scope="module")
def blocks(tmp_path_factory):
    """The PEM of each certificate with each of the settings."""
    folder, program = tmp_path_factory.mktemp("blocks"), programs.program("openssl")
    found = {}
    for which, made in CERTIFICATES.items():
        plain = folder / f"{which}.pem"
        plain.write_text(bundle([made.der]))
        for kind, options in SETTINGS.items():
            wanted = ("-trustout", *options) if options else ()
            ran = programs.run(program, "x509", "-in", plain, *wanted)
            found[which, kind] = ran.stdout
    return found


def test_as_openssl_does(blocks, tmp_path):
    sent = tuple(CertificateView.of(Certificate(one.der)) for one in SENT)
    context = server_context(Case("trio", (), SENT), tmp_path)
    file, wrong = tmp_path / "store.pem", {}
    for held in STORES:
        file.write_bytes(b"".join(blocks[one] for one in held))
        store = open_bytes(file.read_bytes(), source="store.pem")
        rehearser = Rehearser(store, load_builtin(), NOW)
        handshake = Handshake(Phase.BOTH, "", "", "as sent", sent, seen=True)
        for family, flags in FAMILIES.items():
            client = client_named(family)
            answer = openssl.handshake(context, (), flags, file=file)
            found = rehearser.verdict(client, handshake)
            said = "ok" if found.accepted else printed_text(client, found)
            if said != answer:
                wrong[family, held] = (said, answer)
    assert wrong == {}
