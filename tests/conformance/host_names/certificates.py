"""Draw the certificates of the designs: server certificates of one CA, all with one key.

Root of names > a server certificate a Bearer
"""

from functools import cache

from tests.conformance.policy import certs, der

LETTER = certs.Key("server of names")


@cache
def root():
    return certs.issue("Root of names", path_length=None)


@cache
def certificate(bearer):
    """The DER of the certificate that `bearer` describes."""
    issuer = root()
    attributes = [
        der.tlv(0x31, der.sequence(der.oid("2.5.4.10"), der.tlv(0x0C, b"unpin"))),
        *(
            der.tlv(0x31, der.sequence(der.oid("2.5.4.3"), der.tlv(tag, value)))
            for tag, value in bearer.common_names
        ),
    ]
    extensions = [
        _extension("2.5.29.15", der.bits(b"\x80", 7), critical=True),
        _extension("2.5.29.37", der.sequence(der.oid(certs.SERVER_AUTH))),
        _extension("2.5.29.14", der.octets(LETTER.id)),
        _extension("2.5.29.35", der.sequence(der.tlv(0x80, issuer.key_id))),
    ]
    if bearer.alternative is not None:
        value = bearer.alternative
        if not isinstance(value, bytes):
            value = der.sequence(*(der.tlv(tag, content) for tag, content in value))
        extensions.append(_extension("2.5.29.17", value))
    new = bearer.version > 1

    def tbs(algorithm):
        return der.sequence(
            der.tlv(0xA0, der.integer(2)) if new else b"",
            der.integer(certs._serial(bearer.label)),
            algorithm,
            der.common_name(issuer.name),
            der.sequence(certs._time(-10), certs._time(300)),
            der.sequence(*attributes),
            LETTER.spki,
            der.tlv(0xA3, der.sequence(*extensions)) if new else b"",
        )

    algorithm, signature = issuer.key.sign(tbs, "sha256")
    return der.sequence(tbs(algorithm), algorithm, der.bits(signature))


def _extension(oid, value, *, critical=False):
    return der.sequence(der.oid(oid), der.boolean(True) if critical else b"", der.octets(value))
