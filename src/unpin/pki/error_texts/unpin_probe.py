"""What `unpin probe` and `unpin server` print where a server gives no chain or no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText
from unpin.pki.error_texts.model import texts as texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROBE: Final = "unpin probe"
_SERVER: Final = "unpin server"


def _texts(client: str, cause: Cause, *printed: str) -> Iterator[ErrorText]:
    """A row for each text, behind what every error line of unpin begins with.

    Without it "timed out after 3 s, waiting for a lock" of another program would be explained.
    """
    lines = (f"unpin: error: ... {text}" for text in printed)
    return texts_of(client, cause, *lines, measured=True)


UNPIN_PROBE_TEXTS: Final[tuple[ErrorText, ...]] = (
    *_texts(
        _PROBE,
        causes.NO_TLS_AT_SERVER,
        'no TLS: the server answered "N" to SSLRequest',
        "no TLS: the server's greeting does not offer it",
        "no TLS: the server's answer to EHLO does not offer STARTTLS",
        "no TLS: the server answered STARTTLS with",
        "no TLS: the server answered StartTLS with result code",
        "no TLS: the server answered PRELOGIN with ENCRYPT_NOT_SUP",
        "no TLS: the server answered with an error",
    ),
    *_texts(
        _PROBE,
        Cause(
            "the server speaks another protocol on this port, or another one before TLS",
            "name it with --starttls, or ask the port where TLS is spoken",
        ),
        "not TLS: the server speaks another protocol",
        "not TLS: the server's answer began with",
        "not PostgreSQL: the server answered",
        "not MySQL: the server began with",
        "not SQL Server: the server answered",
        "not SQL Server: a packet began with",
        "not SQL Server: its answer to PRELOGIN says nothing about encryption",
        "not LDAP: the server answered",
        "not LDAP: the server announces",
        'the server said "..." instead of',
    ),
    *_texts(
        _PROBE,
        Cause(
            "nobody listens at the port, or a firewall refuses or drops the packets",
            "check host and port, private endpoints and firewalls; --connect-to ADDR:PORT asks "
            "another address for the same name",
        ),
        "connection refused by",
        "timed out after ... s, connecting to",
    ),
    *_texts(
        _PROBE,
        Cause(
            "the server took the connection and then said nothing in time",
            "--timeout SECONDS waits longer; --starttls names the protocol, for a server that "
            "waits for another",
        ),
        "timed out after ... s, waiting for",
    ),
    *_texts(
        _PROBE,
        Cause(
            "the name has no address for this machine",
            "check the spelling and the DNS of this network; --connect-to ADDR:PORT does without",
        ),
        "no address is known for",
        "timed out after ... s, looking up",
    ),
    *_texts(
        _PROBE,
        causes.NO_COMMON_GROUND,
        "the server ended the handshake with the TLS alert",
        "the server answered with a TLS version that was not offered",
        "the server closed TLS during the handshake (close_notify)",
    ),
    *_texts(
        _PROBE,
        Cause(
            "the server breaks the rules of TLS, or sends more than any chain of certificates has",
            "compare with openssl s_client -showcerts; look into the log of the server",
        ),
        "the TLS handshake failed",
        "the server's certificate message is larger than",
        "the server sent more than",
        "the server sent a line without end instead of",
        "the server sent no certificate",
        "the local OpenSSL cannot offer it",
    ),
    *_texts(
        _PROBE,
        Cause(
            "MySQL or MariaDB refused the connection before TLS",
            "its own text says why: too many connections, a blocked host",
        ),
        "MySQL refused the connection",
    ),
    *_texts(
        _PROBE,
        Cause(
            "the host of the call cannot be a DNS name, which TLS sends as the server name",
            "check the spelling; --host names what the certificate should say",
        ),
        "is not a host name",
    ),
    *_texts(
        _PROBE,
        causes.CLOSED,
        "the server closed the connection during the TLS handshake",
        "the server closed the connection instead of",
        "the server reset the connection",
        "the server ... reset the connection",
    ),
    *_texts(
        _SERVER,
        Cause(
            "what psql or mysql printed was wrapped, cut, or is of another query",
            "unpin server --sql > tls.sql; psql -X -f tls.sql DATABASE > answer.txt; "
            "unpin server --result answer.txt; of MySQL: --sql --dialect mysql, mysql < tls.sql",
        ),
        "no row of the query is in it",
        "the answer is not whole: its last row is missing",
        "the output was wrapped or cut",
        "the answer lacks a part, or has a value of another kind",
    ),
    *_texts(
        _SERVER,
        Cause(
            "the server speaks another protocol on this port than MySQL",
            "check host and port; unpin probe HOST:PORT finds out what it speaks",
        ),
        "the server does not speak the protocol of MySQL",
    ),
    *_texts(
        _SERVER,
        Cause(
            "an authentication plugin such as that of Entra ID or PAM takes the password as it is, "
            "and without a verified certificate anybody between could read it",
            "ssl-mode=VERIFY_IDENTITY and ssl-ca in the connection string",
        ),
        "the server wants the password unencrypted",
    ),
)
