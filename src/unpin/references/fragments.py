"""Stores that pieces of connection strings name, of strings that go on elsewhere; odd options."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from unpin.configurations.lines import has_any, line_at, lowered
from unpin.configurations.model import Document
from unpin.references.matches import is_comment, line_before, matches_in
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of
from unpin.references.store_names import store_name

_MOST: Final = 500


class _Piece(NamedTuple):
    """Who reads a key, for what, and in which format."""

    reader: str
    families: tuple[str, ...]
    format: str = "PEM"
    role: ReferenceRole = ReferenceRole.TRUST
    if_missing: IfMissing = IfMissing.FAILS


_HIVE: Final = _Piece("Hive, Impala", ("java",), "JKS")
_ARTEMIS: Final = _Piece("ActiveMQ", ("java",), "JKS")
_ZOOKEEPER: Final = _Piece("ZooKeeper", ("java",), "JKS")
_PIECES: Final = {
    "root certificate": _Piece("Npgsql", ("dotnet",)),
    "rootcertificate": _Piece("Npgsql", ("dotnet",)),
    "sslservercertificate": _Piece("Db2", ()),
    "sslrootcert": _Piece("libpq", ("openssl",)),
    "trustcertificatekeystoreurl": _Piece("Connector/J", ("java",), "JKS"),
    "serversslcert": _Piece("MariaDB Connector/J", ("java",)),
    "ssltruststore": _HIVE,
    "truststorepath": _ARTEMIS,
    "sonar.scanner.truststorepath": _Piece(
        "SonarScanner", (), "PKCS12", ReferenceRole.BUILD, IfMissing.UNKNOWN
    ),
    "jetty.sslcontext.truststorepath": _Piece(
        "Jetty", (), "JKS", ReferenceRole.CLIENTS, IfMissing.UNKNOWN
    ),
    "zookeeper.ssl.truststore.location": _ZOOKEEPER,
    "zookeeper.ssl.quorum.truststore.location": _ZOOKEEPER._replace(
        reader="ZooKeeper quorum", families=(), role=ReferenceRole.CLIENTS
    ),
}
_OF_URLS: Final = (_HIVE, _ARTEMIS)
"""Pieces that no reader of connections knows, whatever the syntax around them."""

_ACCEPTOR: Final = re.compile(r"<acceptor\b|\bacceptors?[.\w]{0,60}\s{0,4}[:=]")
_PIECE: Final = re.compile(
    r"(?P<before>(?<![\w.])(?:-D|/d:)|(?<=[\"'`;&? ]))"
    r"(?P<key>(?i:root ?certificate|sslrootcert|SSLServerCertificate|serverSslCert"
    r"|trustCertificateKeyStoreUrl|sslTrustStore)|trustStorePath"
    r"|sonar\.scanner\.truststorePath|jetty\.sslContext\.trustStorePath|zookeeper\.ssl\.(?:quorum\.)?trustStore\.location)=(?P<value>[^\s;&\"'`,<>|]{2,500})"
)
_PIECE_WORDS: Final = (
    "rootcertificate=", "root certificate=", "sslrootcert=", "sslservercertificate=",
    "serversslcert=", "trustcertificatekeystoreurl=", "ssltruststore=", "truststorepath=",
    "truststore.location=",
)  # fmt: skip
_NAMED: Final = re.compile(
    r"[\"'`](?P<value>(?:[^\"'`\n]{0,200}[/\\])?(?i:digicert_?global_?root|baltimore_?cyber_?trust_?root"
    r"|microsoft[ _%20]{0,4}(?:rsa|ecc)[ _%20]{0,4}root)[^\"'`\n/\\:]{0,60}\.(?:pem|crt|cer))[\"'`]"
)
"""A string that is a file with the usual name of a root of the catalogue."""

_ROOTS: Final = ("digicert", "baltimore", "microsoft")
_RUST: Final = re.compile(
    r"include_(?:bytes|str)!\(\s{0,80}\"(?P<value>[^\"\n]{1,400}\.(?:pem|crt|cer|der|p7b))\""
)
_GO: Final = re.compile(r"(?m)^//go:embed[ \t]{1,8}(?P<value>\S{1,400}\.(?:pem|crt|cer|der))")
_ANDROID: Final = re.compile(
    r"<certificates\s[^<>]{0,200}?\bsrc\s?=\s?[\"'](?P<value>@raw/\w{1,200})[\"']"
)
_ELEMENTS: Final = ("<certificates",)


def fragment_references(document: Document) -> Iterator[Reference]:
    """The stores of such pieces, and the certificates that a program is built with."""
    has_piece = has_any(lowered(document.text), _PIECE_WORDS)
    for match in matches_in(document, _PIECE, _MOST) if has_piece else ():
        value = match["value"]
        store = store_name(value if "(" in value else value.rstrip(")"))
        piece = _PIECES[match["key"].lower()]
        if is_comment(match) or not store or not (document.is_plain or piece in _OF_URLS):
            continue
        if piece is _ARTEMIS and _ACCEPTOR.search(line_before(match)) is not None:
            piece = piece._replace(families=(), role=ReferenceRole.CLIENTS)
        yield Reference(
            document.name, line_at(match, "value"), match["key"], store,
            format_of(store, default=piece.format), (piece.reader,), piece.role, piece.families,
            if_missing=piece.if_missing,
        )  # fmt: skip
    for match in matches_in(document, _ANDROID, _MOST, _ELEMENTS):
        if "<!--" not in line_before(match):
            yield Reference(
                document.name, line_at(match, "value"), "certificates", match["value"], "PEM",
                ("Android",), ReferenceRole.TRUST, if_missing=IfMissing.FAILS,
            )  # fmt: skip
    if not document.is_plain:
        return
    yield from _named_files(document)
    for pattern, key, reader in ((_RUST, "include_bytes!", "Rust"), (_GO, "go:embed", "Go")):
        for match in matches_in(document, pattern, _MOST):
            store = store_name(match["value"])
            yield Reference(
                document.name, line_at(match, "value"), key, store, format_of(store, default="PEM"),
                (reader,), ReferenceRole.TRUST, if_missing=IfMissing.FAILS,
            )  # fmt: skip


def _named_files(document: Document) -> Iterator[Reference]:
    """The files that a string of a program names by the usual name of a root."""
    if not has_any(lowered(document.text), _ROOTS):
        return
    for match in matches_in(document, _NAMED, _MOST):
        store = store_name(match["value"])
        if is_comment(match) or "://" in store:
            continue
        yield Reference(
            document.name, line_at(match, "value"), "string", store, "PEM", ("client",),
            ReferenceRole.TRUST, if_missing=IfMissing.FAILS,
        )  # fmt: skip
