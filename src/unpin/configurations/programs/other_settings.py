"""TLS settings of a program that no known connection takes: they may belong to any of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Syntax, folded

_COMMENTS: Final = ("#", "//", "-- ", ";", "*", "/*")
_TELLING: Final = re.compile(
    r"(?i)ssl_?root_?cert|root_?certificates?\b|\bssl_?ca\b|ssl_ca_file|ATTR_SSL_(?:CA|VERIFY)"
    r"|trust_?certificate_?key_?store_?url|server_?ssl_?cert\b|\bset(?:Ssl(?:Mode|RootCert)|TrustStore"
    r"|TrustCertificate\w+)\(|RootCAs\b|tls\.Config|TLSConfig|CertificateValidation|\bSslMode\b"
    r"|\.(?:TrustServerCertificate|Encrypt)\s{0,4}=(?!=)|\bServerCertificate\b|load_verify_locations|verify[-_](?:full|ca|identity)"
    r"|add_root_certificate|Certificate::from_pem|RootCertStore|connect_args|ssl_?factory"
    r"|rejectUnauthorized|ssl_cert_reqs|tlsAllowInvalid|tlsInsecure|tlsCAFile"
)
_CODE: Final = re.compile(
    r"(?m)^[ \t]*(?:import|using|from|const|let|var|def|func|fn|package|public|class|use)\b"
    r"|<\?php|[;{(][ \t]*$"
)
_OWN: Final = re.compile(r"rootcert|sslca|cafile|truststore|trustcert|servercert|context|\Aca\Z")
_BLOCK_COMMENT: Final = re.compile(r"(?m)^[ \t]*/\*[\s\S]{0,5000}?\*/")
_REPLACED: Final = re.compile(r"\.TLSConfig\s{0,4}=\s{0,4}&?tls\.Config\b")
"""Where a program in Go replaces what a URL makes of sslmode and sslrootcert."""

_MOST: Final = 5


def with_other_settings(
    document: Document, found: Iterable[ClientConnection]
) -> list[ClientConnection]:
    """The connections; one without a store of its own knows of the settings that none takes."""
    connections = list(found)
    if not connections:
        return connections
    if document.syntax is not Syntax.TEXT and _CODE.search(document.text) is None:
        return connections
    if not document.is_plain or _TELLING.search(document.text) is None:
        return connections
    taken = {each.line for each in connections}
    for each in connections:
        for settings in (each.parameters, each.environment, each.options):
            taken |= {setting.line for setting in settings}
    text = _BLOCK_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), document.text)
    others = tuple(_unclaimed(text.split("\n"), taken))
    if not others:
        return connections
    replaced = _REPLACED.search(document.text) is not None
    return [
        each
        if each.scope or (_has_own_store(each) and not replaced)
        else replace(each, others=others)
        for each in connections
    ]


def _unclaimed(lines: Sequence[str], taken: set[int]) -> list[str]:
    """The settings on lines that no connection takes, as "sslrootcert in line 7"."""
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        if number in taken or line.lstrip().startswith(_COMMENTS):
            continue
        match = _TELLING.search(line)
        if match is not None and len(found) < _MOST:
            found.append(f"{match[0].rstrip('(')} in line {number}")
    return found


def _has_own_store(connection: ClientConnection) -> bool:
    return any(_OWN.search(folded(each.key)) for each in connection.parameters)
