"""Find the parameters for TLS that a program appends to a URL which stands elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting

_PIECE: Final = re.compile(
    r"(?:\.(?:append|concat)\(|\+=?)\s{0,40}[fF$]?[\"'`][?&;]?"
    r"(?P<key>sslMode|sslmode|sslrootcert|trustCertificateKeyStoreUrl|serverSslCert)="
)
_DRIVERS: Final = {
    "sslMode": "mysql-connector-j", "trustCertificateKeyStoreUrl": "mysql-connector-j",
    "serverSslCert": "mariadb-connector-j",
}  # fmt: skip


def appended_connection(document: Document) -> Iterator[ClientConnection]:
    """The connection to whose URL a program appends parameters; the rest of it is not known."""
    match = _PIECE.search(document.text)
    if match is not None:
        line = line_of(document.text, match.start("key"))
        driver = _DRIVERS.get(match["key"])
        drivers = ("pgjdbc", "libpq") if driver is None else (driver,)
        rest = Setting("${URL...}", "", line)
        yield ClientConnection(
            f"URL with {match['key']}=", Form.OPTIONS, drivers, document.name, line, None, (rest,)
        )
