"""Certificates as no tool makes them any more, or never did: by name, each drawn from one seed."""

from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tests import fixed_keys
from unpin.asn1 import tlv

NULL = tlv.element(tlv.NULL)
ECDSA = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.10045.4.3.2"))
ECDSA_NULL = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.10045.4.3.2"), NULL)
P256 = tlv.encode_oid("1.2.840.10045.3.1.7")
EC_KEY = "1.2.840.10045.2.1"
POINT = b"\x04" + bytes(range(64))
KEY_USAGE, BASIC_CONSTRAINTS, SUBJECT_ALT_NAME = "2.5.29.15", "2.5.29.19", "2.5.29.17"


@cache
def key(name):
    return ec.derive_private_key(1 + sum(name.encode()), ec.SECP256R1())


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])


@cache
def signed(subject, issuer=None, *, by=None, ids=True, serial=7):
    """A certificate of `subject`, whose key identifiers are left out unless `ids`.

    `issuer` names the issuer, `by` the key that signs where that is another one.
    """
    signer = key(by or issuer or subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer or subject))
        .public_key(key(subject).public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2044, 1, 1, tzinfo=UTC))
    )
    if ids:
        own = x509.SubjectKeyIdentifier.from_public_key(key(subject).public_key())
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(own, critical=False)
        builder = builder.add_extension(authority, critical=False)
    return fixed_keys.signed(builder, signer, hashes.SHA256()).public_bytes(Encoding.DER)


def octets(*content):
    return tlv.element(tlv.OCTET_STRING, *content)


def public_key(oid, parameters, bits):
    algorithm = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), parameters)
    return tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.BIT_STRING, b"\0", bits))


def rdn(value, tag=tlv.UTF8_STRING):
    return tlv.element(
        tlv.SET,
        tlv.element(tlv.SEQUENCE, tlv.encode_oid("2.5.4.3"), tlv.element(tag, value)),
    )


def extension(oid, value, critical=b""):
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), critical, octets(value))


CRITICAL = tlv.element(tlv.BOOLEAN, b"\xff")


def extensions(*content):
    return tlv.element(0xA3, tlv.element(tlv.SEQUENCE, *content))


def time(text, tag=0x17):
    return tlv.element(tag, text)


ODD = rdn(b"odd")
VALIDITY = time(b"240101000000Z") + time(b"20500101000000Z", tlv.GENERALIZED_TIME)


def assembled(
    *,
    version=b"\x02",
    serial=b"\x01",
    inner=ECDSA,
    outer=ECDSA,
    issuer=ODD,
    validity=VALIDITY,
    subject=ODD,
    spki=None,
    rest=b"",
    signature=b"\0signature",
    more=b"",
):
    """A certificate put together from parts; nothing about it needs to be true."""
    prefix = b"" if version is None else tlv.element(0xA0, tlv.element(tlv.INTEGER, version))
    body = tlv.element(
        tlv.SEQUENCE,
        prefix,
        tlv.element(tlv.INTEGER, serial),
        inner,
        tlv.element(tlv.SEQUENCE, issuer),
        tlv.element(tlv.SEQUENCE, validity),
        tlv.element(tlv.SEQUENCE, subject),
        public_key(EC_KEY, P256, POINT) if spki is None else spki,
        rest,
    )
    return tlv.element(tlv.SEQUENCE, body, outer, tlv.element(tlv.BIT_STRING, signature), more)


def rsa_key(modulus_bits, exponent=65537):
    numbers = tlv.encode_integer((1 << modulus_bits) - 1) + tlv.encode_integer(exponent)
    return public_key("1.2.840.113549.1.1.1", NULL, tlv.element(tlv.SEQUENCE, numbers))


def dh_key(oid, *numbers):
    parameters = tlv.element(tlv.SEQUENCE, *map(tlv.encode_integer, numbers))
    return public_key(oid, parameters, tlv.encode_integer(7))


SHA1 = "1.3.14.3.2.26"


def pss(*fields):
    """The AlgorithmIdentifier of RSASSA-PSS with these fields."""
    oid = tlv.encode_oid("1.2.840.113549.1.1.10")
    return tlv.element(tlv.SEQUENCE, oid, tlv.element(tlv.SEQUENCE, *fields))


def md5():
    return tlv.element(0xA0, tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.2.5"), NULL))


def mgf1(digest):
    oid, inner = tlv.encode_oid("1.2.840.113549.1.1.8"), tlv.encode_oid(digest)
    return tlv.element(0xA1, tlv.element(tlv.SEQUENCE, oid, tlv.element(tlv.SEQUENCE, inner, NULL)))


def constraints(uri):
    """NameConstraints that permit a URI."""
    subtree = tlv.element(tlv.SEQUENCE, tlv.element(0x86, uri))
    return tlv.element(tlv.SEQUENCE, tlv.element(0xA0, subtree))


def other_name(tag):
    """A SubjectAltName of an otherName whose value has this tag."""
    value = tlv.element(tag, tlv.element(tlv.UTF8_STRING, b"a"))
    return tlv.element(tlv.SEQUENCE, tlv.element(0xA0, tlv.encode_oid("1.2.3"), value))


def indefinite(der):
    """The element in BER: the outer length indefinite, those of constructed elements within too."""
    node = tlv.read(der)
    return _indefinite(node)


def _indefinite(node):
    if not node.constructed:
        return node.raw
    return bytes((node.tag, 0x80)) + b"".join(map(_indefinite, node)) + b"\0\0"


def long_form(der):
    """The outer length in four octets, more than it needs."""
    node = tlv.read(der)
    return bytes((node.tag, 0x84)) + len(node.content).to_bytes(4, "big") + node.content


def certificates():
    """By name: what lies in the slot."""
    der = signed("plain")
    san = tlv.element(tlv.SEQUENCE, tlv.element(0x82, b"a.example"))
    return {
        "plain": der,
        "trailing bytes": der + b"tail",
        "two in a row": der + signed("second"),
        "indefinite lengths": indefinite(der),
        "indefinite outer length": b"\x30\x80" + tlv.read(der).content + b"\0\0",
        "indefinite with a tail": indefinite(der) + b"tail",
        "long length": long_form(der),
        "PEM": x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM),
        "empty": b"",
        "text": b"hello",
        "cut off": der[:-1],
        "empty sequence": b"\x30\x00",
        "no certificate": tlv.element(tlv.SEQUENCE, tlv.encode_integer(1)),
        "a SET": b"\x31" + der[1:],
        "only a key": key("plain")
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "assembled": assembled(),
        "version 1": assembled(version=None),
        "version 1 with extensions": assembled(version=None, rest=extensions()),
        "version 2 with unique ids": assembled(
            version=b"\x01", rest=tlv.element(0x81, b"\0a") + tlv.element(0x82, b"\0b")
        ),
        "version 2 with extensions": assembled(version=b"\x01", rest=extensions()),
        "version 9": assembled(version=b"\x08"),
        "serial 0": assembled(serial=b"\0"),
        "serial negative": assembled(serial=b"\xff"),
        "serial padded": assembled(serial=b"\0\0\1"),
        "serial of 100 octets": assembled(serial=b"\1" * 100),
        "serial empty": assembled(serial=b""),
        "ECDSA with NULL": assembled(inner=ECDSA_NULL, outer=ECDSA_NULL),
        "NULL in one of two": assembled(inner=ECDSA_NULL),
        "algorithms differ": assembled(
            outer=tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.1.11"))
        ),
        "unknown algorithm": assembled(
            inner=tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3.4")),
            outer=tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3.4")),
        ),
        "no issuer": assembled(issuer=b""),
        "issuer of empty RDNs": assembled(issuer=tlv.element(tlv.SET)),
        "no subject": assembled(subject=b""),
        "no subject, critical SAN": assembled(
            subject=b"", rest=extensions(extension(SUBJECT_ALT_NAME, san, CRITICAL))
        ),
        "no subject, SAN": assembled(
            subject=b"", rest=extensions(extension(SUBJECT_ALT_NAME, san))
        ),
        "Latin-1 in a PrintableString": assembled(subject=rdn(b"\xfcber", 0x13)),
        "broken UTF-8": assembled(subject=rdn(b"\xff\xfe")),
        "odd BMPString": assembled(subject=rdn(b"\0a\0", tlv.BMP_STRING)),
        "surrogate in a BMPString": assembled(subject=rdn(b"\xd8\x3d\xde\x00", tlv.BMP_STRING)),
        "name value of a strange type": assembled(subject=rdn(b"\x05", tlv.INTEGER)),
        "UTCTime without seconds": assembled(validity=time(b"2401010000Z") * 2),
        "UTCTime with offset": assembled(validity=time(b"240101000000+0100") * 2),
        "GeneralizedTime with fraction": assembled(
            validity=time(b"20240101000000.5Z", tlv.GENERALIZED_TIME) * 2
        ),
        "time without Z": assembled(validity=time(b"240101000000") * 2),
        "time of month 13": assembled(validity=time(b"241301000000Z") * 2),
        "time of day 31 in February": assembled(validity=time(b"240231000000Z") * 2),
        "ends before it begins": assembled(
            validity=time(b"300101000000Z") + time(b"200101000000Z")
        ),
        "three times": assembled(validity=time(b"240101000000Z") * 3),
        "RSA of 511 bits": assembled(spki=rsa_key(511)),
        "RSA of 504 bits": assembled(spki=rsa_key(504)),
        "RSA of 16384 bits": assembled(spki=rsa_key(16384)),
        "RSA of 16385 bits": assembled(spki=rsa_key(16385)),
        "RSA with exponent 1": assembled(spki=rsa_key(1024, 1)),
        "RSA with exponent 3": assembled(spki=rsa_key(1024, 3)),
        "RSA with a long exponent": assembled(spki=rsa_key(4096, (1 << 65) + 1)),
        "RSA with a long exponent, 2048 bits": assembled(spki=rsa_key(2048, (1 << 65) + 1)),
        "RSA without NULL": assembled(
            spki=public_key(
                "1.2.840.113549.1.1.1",
                b"",
                tlv.element(
                    tlv.SEQUENCE, tlv.encode_integer((1 << 1024) - 1), tlv.encode_integer(3)
                ),
            )
        ),
        "EC on brainpoolP256r1": assembled(
            spki=public_key(EC_KEY, tlv.encode_oid("1.3.36.3.3.2.8.1.1.7"), POINT)
        ),
        "EC on brainpoolP256t1": assembled(
            spki=public_key(EC_KEY, tlv.encode_oid("1.3.36.3.3.2.8.1.1.8"), POINT)
        ),
        "EC on SM2": assembled(
            spki=public_key(EC_KEY, tlv.encode_oid("1.2.156.10197.1.301"), POINT)
        ),
        "EC on secp192r1": assembled(
            spki=public_key(EC_KEY, tlv.encode_oid("1.2.840.10045.3.1.1"), POINT[:49])
        ),
        "EC with a spelled-out curve": assembled(
            spki=public_key(EC_KEY, tlv.element(tlv.SEQUENCE, tlv.encode_integer(1)), POINT)
        ),
        "EC with a compressed point": assembled(
            spki=public_key(EC_KEY, P256, b"\x02" + POINT[1:33])
        ),
        "EC without a curve": assembled(spki=public_key(EC_KEY, b"", POINT)),
        "EC with a short point": assembled(spki=public_key(EC_KEY, P256, POINT[:33])),
        "Ed25519 of 31 octets": assembled(spki=public_key("1.3.101.112", b"", bytes(31))),
        "Ed448": assembled(spki=public_key("1.3.101.113", b"", bytes(57))),
        "key of unknown type": assembled(spki=public_key("1.2.643.2.2.19", NULL, b"gost")),
        "DH of PKCS #3": assembled(spki=dh_key("1.2.840.113549.1.3.1", 23, 5)),
        "DH of X9.42": assembled(spki=dh_key("1.2.840.10046.2.1", 23, 5, 1 << 160)),
        "DH of PKCS #3 under the name of X9.42": assembled(spki=dh_key("1.2.840.10046.2.1", 23, 5)),
        "EC on FRP256v1": assembled(
            spki=public_key(EC_KEY, tlv.encode_oid("1.2.250.1.223.101.256.1"), POINT)
        ),
        "RSASSA-PSS over MGF1 with MD5": assembled(
            inner=pss(mgf1("1.2.840.113549.2.5")), outer=pss(mgf1("1.2.840.113549.2.5"))
        ),
        "RSASSA-PSS with MD5, MGF1 with SHA-1": assembled(
            inner=pss(md5(), mgf1(SHA1)), outer=pss(md5(), mgf1(SHA1))
        ),
        "RSASSA-PSS with trailerField 2": assembled(
            inner=pss(tlv.element(0xA3, tlv.encode_integer(2))),
            outer=pss(tlv.element(0xA3, tlv.encode_integer(2))),
        ),
        "critical nameConstraints with a URI": assembled(
            rest=extensions(extension("2.5.29.30", constraints(b"http://a.example"), CRITICAL))
        ),
        "nameConstraints with a URI": assembled(
            rest=extensions(extension("2.5.29.30", constraints(b"http://a.example")))
        ),
        "critical nameConstraints with a host": assembled(
            rest=extensions(extension("2.5.29.30", constraints(b".a.example"), CRITICAL))
        ),
        "critical otherName without [0]": assembled(
            rest=extensions(extension(SUBJECT_ALT_NAME, other_name(tlv.UTF8_STRING), CRITICAL))
        ),
        "critical otherName with [0]": assembled(
            rest=extensions(extension(SUBJECT_ALT_NAME, other_name(0xA0), CRITICAL))
        ),
        "critical broken subjectKeyIdentifier": assembled(
            rest=extensions(extension("2.5.29.14", b"key", CRITICAL))
        ),
        "broken known extension twice": assembled(
            rest=extensions(*[extension(KEY_USAGE, b"x")] * 2)
        ),
        "half a surrogate in a BMPString": assembled(subject=rdn(b"\xd8\x3d", tlv.BMP_STRING)),
        "extension of 65 octets of OID": assembled(
            rest=extensions(
                tlv.element(tlv.SEQUENCE, tlv.element(tlv.OID, b"\x2a" * 65), octets(b"x"))
            )
        ),
        "extension of 4097 octets of OID": assembled(
            rest=extensions(
                tlv.element(tlv.SEQUENCE, tlv.element(tlv.OID, b"\x2a" * 4097), octets(b"x"))
            )
        ),
        "DSA without parameters": assembled(
            spki=public_key("1.2.840.10040.4.1", b"", tlv.encode_integer(5))
        ),
        "extension twice": assembled(rest=extensions(*[extension("1.2.3", b"x")] * 2)),
        "known extension twice": assembled(
            rest=extensions(*[extension(KEY_USAGE, b"\x03\x02\x01\x06")] * 2)
        ),
        "broken keyUsage": assembled(rest=extensions(extension(KEY_USAGE, b"x"))),
        "broken critical keyUsage": assembled(
            rest=extensions(extension(KEY_USAGE, b"x", CRITICAL))
        ),
        "broken critical basicConstraints": assembled(
            rest=extensions(extension(BASIC_CONSTRAINTS, b"\x30\x03\x02\x01\x01\x00", CRITICAL))
        ),
        "unknown critical extension": assembled(
            rest=extensions(extension("1.2.3", b"x", CRITICAL))
        ),
        "empty extensions": assembled(rest=extensions()),
        "something else for extensions": assembled(rest=tlv.element(0xA4, NULL)),
        "bits missing at the end": assembled(signature=b"\x03signature"),
        "empty signature": assembled(signature=b"\0"),
        "no bits": assembled(signature=b""),
        "a fourth field": assembled(more=NULL),
    }
