"""Say cheaply whether a file may refer to a store or pin a certificate: asked of every file."""

import re
from collections.abc import Sequence
from typing import Final

BINARY: Final = b"\x7f\xfe\xce\x30\x00\x1f\xca"
"""First bytes of programs, stores, archives and classes."""

_BEGIN: Final = b"-----BEGIN "
_END: Final = b"-----END "
_END_OF_CERTIFICATE: Final = _END + b"CERTIFICATE-----"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_WORDS: Final = {
    b"cert": (
        b"trustcert", b"trustedcert", b"trusted_cert", b"rootcert", b"root cert", b"root_cert",
        b"sslcert", b"ssl_cert", b"servercert", b"server cert", b"serversslcert", b"cacert",
        b"ca_cert", b"ca-cert", b"pip_cert", b"deno_cert", b"client_certificate",
        b"certificate_authorit", b"certificateauthorit", b"certificaterefs", b"pem.certs",
        b"certs.d", b"/certs", b"certs/", b"import-certificate", b"java_cert",
        b"/ca-certificates",
    ),
    b"trust": (
        b"truststore", b"trust-store", b"trust_store", b"trust.store", b"trusted_ca", b"loadtrust",
        b"x509_trust", b"ca-trust", b"pki/trust", b"trust-source", b"trust anchor", b"add-trusted",
    ),
    b"secret": (
        b"secretkeyref", b"secretref", b"secretname", b"kind: secret", b'"kind": "secret"',
        b"kind: sealedsecret", b"kind: externalsecret", b"secretgenerator", b"create secret",
        b"secrets:", b"casecret", b"certsecret", b"certificatessecret", b"tls-secret",
        b"ssl-secret", b"existingsecret",
    ),
    b"config": (
        b"configs:", b"configmapkeyref", b"configmapref", b"configmapname", b"kind: configmap",
        b'"kind": "configmap"', b"configmapgenerator", b"create configmap", b"configmap:",
    ),
    b"volumes:": (b"volumes:",),
    b"ssl": (
        b"sslroot", b"ssl_root", b"sslfactoryarg", b"sslca", b"ssl_ca", b"ssl-ca", b"ssl.ca",
        b"ssl_set",
    ),
    b"load_verify": (b"load_verify",),
    b"keytool": (b"keytool",),
    b"forresource": (b"forresource",),
    b"@raw/": (b"@raw/",),
    b"addstore": (b"addstore",),
}  # fmt: skip
"""What a text has, in lower case, that names a store; by a part that the words share."""

_FILE: Final = re.compile(rb"\.(?:pem|jks|p12|pfx|crt|(?<=[\w-]\.)cer(?![\w-]))")
"""The extension of a store; ".certain" and the like are more frequent than ".cer"."""

_CA: Final = re.compile(
    rb"ca(?:[_-]?file|path|info|_bundle|\.location|: (?:fs|read|\[)|(?<=rootca)|(?<=tls_ca)"
    rb"|(?<=[\"']ca)[\"'](?:\s*[:=\]]|(?P<beside>)))"
)
"""The names of variables and options for CAs.

The group `beside` is there for a "ca" in quotes without a value: a name, or the language.
"""

_OF_TLS: Final = (b"ssl", b"tls", b"cert")
"""A text with one of these may be about TLS."""


def _words(common: bytes, words: Sequence[bytes]) -> re.Pattern[bytes]:
    """A pattern that finds any of `words`, all of which have `common` in them.

    It begins with `common`, and looks back for what is before it: `re` goes quickly from one place
    to the next of letters with which all of a pattern begins.
    """
    parts = []
    for word in words:
        before, found, after = word.partition(common)
        assert found, word
        behind = b"(?<=" + re.escape(before + common) + b")" if before else b""
        parts.append(behind + re.escape(after))
    return re.compile(re.escape(common) + b"(?:" + b"|".join(parts) + b")")


_STORES: Final = (_FILE, _CA, *(_words(common, words) for common, words in _WORDS.items()))

_PINS: Final = (
    b"sha256/", b"pin-sha256", b"<pin", b"issuing ca", b" tls ca", b"tls g2 ", b"thumbprint",
    b"fingerprint", b"serialnumber", b"serial_number", b"certhash",
)  # fmt: skip
"""What a text has that may pin a key, a digest or the name of a CA."""

_DIGITS: Final = bytes(
    ord("h")
    if chr(code) in "0123456789abcdefABCDEF"
    else ord(" ")
    if chr(code) not in ": x,-"
    else code
    for code in range(256)
)
_BASE64: Final = bytes(
    ord("b") if (chr(code).isalnum() and code < 128) or chr(code) in "+/" else
    ord("=") if chr(code) == "=" else ord(" ")
    for code in range(256)
)  # fmt: skip
_KEY: Final = b" " + b"b" * 43 + b"="
"""The base64 of a SHA-256 by itself."""

_RUN: Final = b"h" * 30
_PAIRS: Final = (b"hh:hh:hh:hh:hh:hh:hh:hh", b"hh hh hh hh hh hh hh hh", b"hxhh, hxhh, hxhh, hxhh")
_PAGES: Final = frozenset(
    {"md", "markdown", "rst", "adoc", "htm", "html", "xhtml", "txt", "log", "csv", "tsv", "svg",
     "po", "map"}
)  # fmt: skip
_NOTICES: Final = (
    "changelog", "changes", "news", "readme", "copying", "copyright", "license", "licence",
    "notice", "authors",
)  # fmt: skip
"""With what the names of texts for people begin."""


_OF_PACKAGES: Final = frozenset({"metadata", "pkg-info", "record"})
"""Descriptions of installed packages of Python."""


def is_page(name: str) -> bool:
    """Whether a file is, by its name, a text for people: nothing reads a store because of it."""
    last = name[name.rfind("/") + 1 :].lower()
    if "." in last:
        return last[last.rfind(".") + 1 :] in _PAGES
    return last.startswith(_NOTICES) or last in _OF_PACKAGES


def may_name_store(data: bytes) -> bool:
    """Whether it is worth the while to look for references to stores."""
    lower = _lower(data)
    if lower is None:
        return False
    return any(_names_store(pattern, lower) for pattern in _STORES)


def _names_store(pattern: re.Pattern[bytes], lower: bytes) -> bool:
    """Whether a pattern of _STORES matches, and not only at what may be a language."""
    found = pattern.search(lower)
    if found is None or found.lastgroup is None:
        return found is not None
    return _is_ca_of_tls(lower, found.end())


def _is_ca_of_tls(lower: bytes, start: int) -> bool:
    """Whether a text with a "ca" before `start`, which may be a language, is about CAs.

    It is if it has another name for CAs behind it, or a word of TLS anywhere.
    """
    named = any(found.lastgroup is None for found in _CA.finditer(lower, start))
    return named or any(word in lower for word in _OF_TLS)


def is_bare_pem(data: bytes) -> bool:
    """Whether a text has nothing but PEM blocks of certificates: then it names no store."""
    if not data.startswith(_BEGIN) or b":" in data:
        return False
    return not _without_blocks(data).replace(_END_OF_CERTIFICATE, b"").strip()


def may_pin(data: bytes, names: Sequence[bytes] = ()) -> bool:
    """Whether it is worth the while to look for pins; `names` begin the names of CAs."""
    lower = _lower(data)
    if lower is None:
        return False
    if any(word in lower for word in _PINS) or any(name in lower for name in names):
        return True
    if _KEY in lower.translate(_BASE64):
        return True
    digits = lower.translate(_DIGITS)
    return _RUN in digits or any(pairs in digits for pairs in _PAIRS)


def _lower(data: bytes) -> bytes | None:
    """The text in lower case; None for what is no text."""
    if not data or data[:1] in BINARY or (b"\0" in data[:4096] and data[:2] not in _WIDE):
        return None
    return _without_blocks(data.replace(b"\0", b"") if data[:2] in _WIDE else data).lower()


def _without_blocks(data: bytes) -> bytes:
    """The text without what stands between the markers of PEM: Base64 has any short word."""
    before, *parts = data.split(_BEGIN)
    if not parts:
        return data
    ends = (part.find(_END) for part in parts)
    return before + b"".join(part[max(end, 0) :] for part, end in zip(parts, ends, strict=True))
