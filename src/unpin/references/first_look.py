"""Say cheaply whether a file may refer to a store or pin a certificate: asked of every file."""

from typing import Final

_BINARY: Final = b"\x7f\xfe\xce\x30\x00\x1f\xca"
"""First bytes of programs, stores, archives and classes."""
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_WORDS: Final = (
    b"rust",
    b"sslroot",
    b"ssl_root",
    b"cacert",
    b"keytool",
    b"cafile",
    b"ca_file",
    b"ca-file",
    b"ca.location",
    b"ca_cert",
    b"ca-cert",
    b"ca_bundle",
    b"ssl_ca",
    b"sslca",
    b"ssl-ca",
    b"_cert",
    b"certs",
    b"root cert",
    b"root.crt",
    b"rootcert",
    b"servercert",
    b"server cert",
    b"serverssl",
    b"sha256/",
    b"<pin",
    b"issuing ca",
    b" tls ca",
    b".pem",
    b".jks",
    b".p12",
    b".pfx",
    b".crt",
    b".cer",
    b"tls g2",
    b"sslcainfo",
    b"capath",
    b"cainfo",
    b"loadtrust",
)
"""What a text has, in lower case, that names a store or a CA."""
_DIGITS: Final = bytes(
    ord("h")
    if chr(code) in "0123456789abcdefABCDEF"
    else ord(" ")
    if chr(code) not in ": x,-"
    else code
    for code in range(256)
)
_RUN: Final = b"h" * 32
_PAIRS: Final = (b"hh:hh:hh:hh:hh:hh:hh:hh", b"hh hh hh hh hh hh hh hh", b"hxhh, hxhh, hxhh, hxhh")


def may_refer(data: bytes) -> bool:
    """Whether it is worth the while to look for references."""
    if not data or data[:1] in _BINARY or (b"\0" in data[:4096] and data[:2] not in _WIDE):
        return False
    if data[:2] in _WIDE:
        data = data.replace(b"\0", b"")
    lower = data.lower()
    if any(word in lower for word in _WORDS):
        return True
    digits = data.translate(_DIGITS)
    return _RUN in digits or any(pairs in digits for pairs in _PAIRS)
