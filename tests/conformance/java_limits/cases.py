"""How long a chain Java takes, in which order, and with which key identifiers: real handshakes.

A case is R > M1 > ... > Mn > server, its intermediates as the label says. unpin says for each what the
trust managers of the JDK and of BouncyCastle say, or that it does not know.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests import fixed_keys
from tests.pki import usage
from unpin.pki.clients import BOUNCYCASTLE, PKIX, SUNX509

NOW = datetime.now(UTC)
CLIENTS = {
    "JDK 17": (("*17-openjdk-*", "SUN", "PKIX"), PKIX),
    "JDK 25": (("temurin-25-*", "SUN", "PKIX"), PKIX),
    "JDK 17, SunX509": (("*17-openjdk-*", "SUN", "SunX509"), SUNX509),
    "BouncyCastle": (("*17-openjdk-*", "BCJSSE", "PKIX"), BOUNCYCASTLE),
}


@cache
def key(name):
    return fixed_keys.private_key(f"limits {name}")


def issue(name, issuer, *, ca=True, identified=True, authority=True):
    own = key(name)
    subject, by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)
    )
    builder = (
        x509.CertificateBuilder(by, subject, own.public_key(), 1 + sum(name.encode()))
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(usage(cert_sign=ca), critical=True)
    )
    added = [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])] * (not ca)
    if identified:
        added.append(x509.SubjectKeyIdentifier.from_public_key(own.public_key()))
    if authority:
        public = key(issuer).public_key()
        added.append(x509.AuthorityKeyIdentifier.from_issuer_public_key(public))
    for one in added:
        builder = builder.add_extension(one, critical=False)
    der = builder.sign(key(issuer), hashes.SHA256()).public_bytes(Encoding.DER)
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return SimpleNamespace(der=der, key=SimpleNamespace(pem=pem))


def line(number, prefix, *, unidentified=(), authority=True):
    """The root, and the chain from the server up to the intermediate below the root."""
    names = [f"{prefix}.R", *(f"{prefix}.M{index}" for index in range(number))]
    root = issue(names[0], names[0])
    middle = [
        issue(name, above, identified=index not in unidentified, authority=authority)
        for index, (above, name) in enumerate(pairwise(names))
    ]
    server = issue(f"{prefix}.server", names[-1], ca=False, authority=authority)
    return root, [server, *reversed(middle)]


@fixed_keys.once
def cases():
    """By label: the chain as sent, and the store."""
    found = {}
    for number in (1, 2, 5, 6, 7, 8, 9, 10):
        root, chain = line(number, str(number))
        found[f"{number} in order"] = chain, [root]
        found[f"{number} reversed"] = [chain[0], *reversed(chain[1:])], [root]
        found[f"{number}, the root first"] = [chain[0], root, *chain[1:]], [root]
        found[f"{number} and the root"] = [*chain, root], [root]
        found[f"{number} reversed, the top a pin"] = [chain[0], *reversed(chain[1:])], [chain[-1]]
    for number in (1, 2, 3):
        for without in range(number):
            root, chain = line(number, f"{number}-{without}", unidentified=(without,))
            found[f"{number}, number {without} without identifier"] = chain, [root]
            found[f"{number}, number {without} without, reversed"] = (
                [chain[0], *reversed(chain[1:])],
                [root],
            )
            found[f"{number}, number {without} without, the top a pin"] = chain, [chain[-1]]
        every = range(number)
        root, chain = line(number, f"{number}-all", unidentified=every, authority=False)
        found[f"{number} without any identifier"] = chain, [root]
    return {
        label: SimpleNamespace(chain=chain, store=store) for label, (chain, store) in found.items()
    }
