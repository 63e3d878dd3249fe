"""Bundles of a few roots, mangled at random: the same ones in every run."""

import base64
import random
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from tests import fixed_keys
from tests.conformance.trust_settings.stores import auxiliary
from tests.pki import NOW, Authority

SEED = 20261128
DRAWN = 4000
ROOTS = ("A", "B", "C")
LENGTHS = {"A": 0, "B": 1, "C": 2}
"""Characters that make the last line of base64 longer, so that its padding differs."""


@cache
@fixed_keys.once
def roots():
    """The roots, whose encodings end with no, one and two characters of padding."""
    return {name: _padded(name, wanted) for name, wanted in LENGTHS.items()}


def _padded(name, padding):
    for size in range(9):
        more = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"x" * size)
        for _ in range(3):
            found = Authority(f"CN={name}", extensions=(more,))
            if (-len(found.certificate.der)) % 3 == padding:
                return found
    raise AssertionError(name)


def block(der, label=b"CERTIFICATE", end=b"\n", width=64):
    text = base64.b64encode(der)
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return end.join([b"-----BEGIN %s-----" % label, *lines, b"-----END %s-----" % label, b""])


@cache
@fixed_keys.once
def others():
    """Blocks that hold no root: (label, DER)."""
    owner = roots()["A"]
    key = fixed_keys.private_key("of a block")
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(owner.name)
        .sign(owner.key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(owner.name)
        .last_update(NOW)
        .next_update(NOW)
        .sign(owner.key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    wrapped = x509.load_der_x509_certificate(roots()["C"].certificate.der)
    return {
        b"CERTIFICATE REQUEST": request.public_bytes(Encoding.DER),
        b"NEW CERTIFICATE REQUEST": request.public_bytes(Encoding.DER),
        b"X509 CRL": revoked.public_bytes(Encoding.DER),
        b"PRIVATE KEY": key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        b"EC PRIVATE KEY": key.private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ),
        b"PUBLIC KEY": key.public_key().public_bytes(Encoding.DER, kind),
        b"PKCS7": serialize_certificates([wrapped], Encoding.DER),
    }


BLANKS = (
    b" ",
    b"\t",
    b"  ",
    b"\x0b",
    b"\x0c",
    b"\0",
    b"\xa0",
    b"\xc2\xa0",
    b"\r",
    b"\x85",
    b"\x1f",
)
TEXTS = (
    b"# comment", b" # my CA", b"x", b"=", b":", b"subject=CN = A", b"-----", b"-----BEGIN-----",
    b"-----BEGIN", b"----- my CA -----", b"-----BEGIN CERTIFICATE", b"-----END CERTIFICATE-----",
    b"0", b"0 s:CN = A", b"--", b"-", b"-----BEGIN CERTIFICATE-----", b"===", b"====", b"A" * 300,
    b"\xef\xbb\xbf", b"X-Note: one", b"Proc-Type: 4,ENCRYPTED", b"\\n", b"<pre>", b'"', b",", b"|", b"\0",
    b"------", b"------BEGIN CERTIFICATE------", b"Bag Attributes", b"    friendlyName: A",
    b"-----BEGIN  CERTIFICATE-----", b"-----begin certificate-----", b"\xe2\x80\x94", b"a: b",
)  # fmt: skip
ENDS = (
    b"\n",
    b"\r\n",
    b"\r",
    b"\r\r\n",
    b"\n\r",
    b"\n\n",
    b"\x0b\n",
    b"\x0c\n",
    b" \n",
    b"",
    b"\\n",
)


def draw(seed):
    """A bundle: two or three blocks with text, and none to three manglings of one place."""
    chance = random.Random(seed)
    parts = []
    for name in chance.sample(ROOTS, chance.choice((1, 2, 2, 2, 3))):
        if chance.random() < 0.15:
            label, der = chance.choice(list(others().items()))
            parts.append(block(der, label))
        if chance.random() < 0.2:
            parts.append(chance.choice((b"# a comment\n", b"\n", b"subject=/CN=A\n", b"text\r\n")))
        parts.append(_root(chance, name))
    data = b"".join(parts)
    if chance.random() < 0.1:
        data = data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\r\r\n", b"\n\r")))
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 3))):
        data = mangled(chance, data)
    return data


def _root(chance, name):
    der = roots()[name].certificate.der
    label, width, end = b"CERTIFICATE", 64, b"\n"
    match chance.choice(
        ("plain",) * 12 + ("trusted", "x509", "width", "ends", "bytes", "settings")
    ):
        case "trusted":
            label = b"TRUSTED CERTIFICATE"
        case "settings":
            label, der = b"TRUSTED CERTIFICATE", der + auxiliary("trust server")
        case "x509":
            label = b"X509 CERTIFICATE"
        case "width":
            width = chance.choice((60, 63, 65, 76, 80, 100, 253, 254, 255, 300, 4096))
        case "ends":
            end = chance.choice((b"\r\n", b"\r", b"\r\r\n", b"\n\r"))
        case "bytes":
            der += chance.choice((b"\0", b"\n", b"\x30\x00", b"\x05\x00"))
    return block(der, label, end, width)


def mangled(chance, data):  # noqa: C901, PLR0912  (a list of manglings)
    """`data` with a mangling of one line or marker."""
    lines = data.split(b"\n")
    marked = [at for at, line in enumerate(lines) if b"-----" in line]
    at = chance.choice(marked) if marked and chance.random() < 0.6 else chance.randrange(len(lines))
    line, end = lines[at], b"\n"
    blank, text = chance.choice(BLANKS), chance.choice(TEXTS)
    match chance.randrange(16):
        case 0:
            line = blank * chance.choice((1, 1, 4)) + line
        case 1:
            line += blank
        case 2:
            line += text
        case 3:
            line = text + line
        case 4:
            end = chance.choice(ENDS)
        case 5:
            line += b"\n" + chance.choice((b"", blank, b" ", b"\r"))
        case 6:
            line += b"\n" + text
        case 7:
            lines.insert(at, text)
            return b"\n".join(lines)
        case 8:
            cut = chance.randrange(len(line) + 1)
            line = line[:cut] + chance.choice((blank, text, b"\n", b"\r", b"-", b"=")) + line[cut:]
        case 9:
            cut = chance.randrange(len(line) + 1)
            line = line[:cut] + line[cut + 1 :]
        case 10:
            line = line.replace(b" ", chance.choice((b"  ", b"\t", b"", b"\xa0", b"_")), 1)
        case 11:
            line = line.replace(
                b"-----", chance.choice((b"----", b"------", b"----- ", b" -----")), 1
            )
        case 12:
            line = line.rstrip(b"=")
        case 13:
            line = chance.choice(
                (line.lower(), line.replace(b"CERT", b"Cert"), line[:-5], line[5:])
            )
        case 14:
            del lines[at]
            return b"\n".join(lines)
        case 15:
            indent = chance.choice((b"  ", b"\t", b"# ", b"> ", b"    "))
            stop = chance.randrange(at, len(lines)) + 1
            return b"\n".join(lines[:at] + [indent + one for one in lines[at:stop]] + lines[stop:])
    return (
        b"\n".join(lines[:at]) + (b"\n" if at else b"") + line + end + b"\n".join(lines[at + 1 :])
    )
