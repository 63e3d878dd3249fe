"""What a database server says about TLS: settings, sessions, who may connect without it, files."""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.model.values import frozen

if TYPE_CHECKING:
    from datetime import datetime

REPLICATION: Final = "replication"
DATABASES: Final = "databases"


class DatabaseProduct(StrEnum):
    """The servers that unpin asks."""

    POSTGRESQL = "PostgreSQL"
    MYSQL = "MySQL"
    MARIADB = "MariaDB"


class Unseen(StrEnum):
    """What the server does not show of the encryption of a session."""

    NOTHING = "nothing"
    VERSION = "version"
    ENCRYPTION = "encryption"


@frozen
class ServerSetting:
    """A setting of the server; `waits` says that it has a new value that is not in force yet."""

    name: str
    value: str
    source: str
    waits: bool


@frozen
class SessionGroup:
    """Sessions that differ in nothing that is shown here.

    `address` is that of the client, or "" for a Unix socket. `version` and `cipher` are those of
    TLS, or "" for a session without; `gss` says that GSSAPI encrypts instead. `unseen` says that
    the version, or whether there is TLS at all, is not shown.
    """

    database: str
    user: str
    application: str
    address: str
    version: str
    cipher: str
    gss: bool
    sessions: int
    since: datetime | None
    unseen: Unseen = Unseen.NOTHING

    @property
    def is_local(self) -> bool:
        """Whether the client runs on the server: a Unix socket, or a loopback address."""
        return not self.address or is_loopback(self.address)

    @property
    def is_encrypted(self) -> bool | None:
        """Whether TLS or GSSAPI encrypts the sessions; None where the server does not show it."""
        if self.unseen is Unseen.ENCRYPTION:
            return None
        return bool(self.version) or self.gss or self.unseen is Unseen.VERSION

    @property
    def is_plaintext(self) -> bool:
        """Whether nothing encrypts the sessions on their way through a network."""
        return self.is_encrypted is False and not self.is_local

    @property
    def who(self) -> str:
        """The user, database, application and address, for a sentence."""
        named = f" ({self.application})" if self.application else ""
        return f"{self.account}{named} from {self.place}"

    @property
    def account(self) -> str:
        """The user, and the database if the sessions have one."""
        return f"{self.user}@{self.database}" if self.database else self.user

    @property
    def place(self) -> str:
        """The address of the client, or that it uses a Unix socket."""
        return self.address or "a Unix socket"


@frozen
class AuthenticationRule:
    """A line of pg_hba.conf (view pg_hba_file_rules); `error` is why PostgreSQL cannot read it.

    `file` is the file of the line, which may be an included one; "" before PostgreSQL 16.
    """

    line: int
    kind: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str
    netmask: str
    method: str
    error: str
    file: str = ""

    @property
    def place(self) -> str:
        """The line, and the file unless it is pg_hba.conf."""
        name = self.file.replace("\\", "/").rpartition("/")[2]
        return f"line {self.line}" + (f" of {name}" if name not in {"", "pg_hba.conf"} else "")

    @property
    def purposes(self) -> frozenset[str]:
        """Whether the rule is for databases, for REPLICATION, or for both.

        "all" is every database and no physical replication, which a rule has to name.
        """
        others = set(self.databases) - {REPLICATION}
        named = {REPLICATION} if REPLICATION in self.databases else set()
        return frozenset(named | ({DATABASES} if others or not named else set()))

    @property
    def refused(self) -> frozenset[tuple[str, int]]:
        """What a rule that rejects leaves to no later one: purposes, each with an IP version."""
        if "all" not in self.users:
            return frozenset()
        whole = self.purposes if "all" in self.databases else self.purposes - {DATABASES}
        return frozenset((purpose, version) for purpose in whole for version in self.networks)

    @property
    def networks(self) -> frozenset[int]:
        """The IP versions of which the rule covers every address: 4, 6, both or none."""
        if self.address == "all":
            return frozenset({4, 6})
        network = self._network()
        return frozenset() if network is None or network.prefixlen else frozenset({network.version})

    @property
    def is_local(self) -> bool:
        """Whether only clients on the server itself match."""
        if self.address in {"samehost", "localhost"}:
            return True
        network = self._network()
        return network is not None and network.is_loopback

    @property
    def text(self) -> str:
        """The rule as it stands in the file."""
        network = self._network()
        address = self.address if network is None else str(network)
        places = (self.kind, ",".join(self.databases), ",".join(self.users), address, self.method)
        return " ".join(filter(None, places))

    def _network(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
        try:
            return ipaddress.ip_network(f"{self.address}/{self.netmask or ''}".rstrip("/"))
        except ValueError:
            pass
        try:
            # ipaddress takes no netmask of IPv6; the view spells every mask out.
            bits = int(ipaddress.IPv6Address(self.netmask)).bit_count()
            return ipaddress.ip_network(f"{self.address}/{bits}", strict=False)
        except ValueError:
            return None


@frozen
class DatabaseAccount:
    """An account of MySQL that needs no TLS (mysql.user without an ssl_type)."""

    user: str
    host: str

    @property
    def text(self) -> str:
        """The account as MySQL prints it."""
        return f"{self.user}@{self.host}"

    @property
    def is_local(self) -> bool:
        """Whether only clients on the server itself may use it."""
        return is_loopback(self.host)


@frozen
class CountedConnections:
    """Connections from an address, or of a user, since MariaDB counts them (userstat)."""

    address: str
    user: str
    connections: int
    over_tls: int

    @property
    def without_tls(self) -> int:
        """How many came without TLS; by Unix sockets, too."""
        return max(0, self.connections - self.over_tls)


@frozen
class CertificateFile:
    """The file of the server certificate: when it was written, and its text; None if not known.

    `sent_until` is the end of the certificate that the server sends, which MySQL says.
    """

    path: str
    modified: datetime | None
    pem: bytes | None
    sent_until: datetime | None = None


@frozen
class WithheldView:
    """What the server does not show to this user, and the grant that would show it."""

    name: str
    grant: str


@frozen
class OwnSession:
    """What the extension sslinfo says of the session that asked."""

    version: str
    cipher: str
    client_certificate: bool


@frozen
class ServerState:
    """What a server said in one transaction at `now`, its own time.

    `source` names the server, or the file of the answer. `loaded` is the time at which the server
    last read its configuration. `hidden` is the number of sessions of which the server shows this
    user nothing, `left_out` that of groups beyond the bound. `rules` is None where pg_hba.conf was
    not shown, `accounts` where the accounts of MySQL were not. `own_version` is the TLS version of
    the session that asked; `sslinfo` is None where that extension is not installed.
    """

    source: str
    version: str
    user: str
    now: datetime
    loaded: datetime | None
    own_version: str
    settings: dict[str, ServerSetting]
    sessions: tuple[SessionGroup, ...]
    hidden: int
    left_out: int
    rules: tuple[AuthenticationRule, ...] | None
    sslinfo: OwnSession | None = None
    files: tuple[CertificateFile, ...] = ()
    withheld: tuple[WithheldView, ...] = ()
    product: DatabaseProduct = DatabaseProduct.POSTGRESQL
    accounts: tuple[DatabaseAccount, ...] | None = ()
    counted: tuple[CountedConnections, ...] = ()

    def value(self, name: str) -> str | None:
        """The value of a setting; None where the server has no such setting, or hides it."""
        found = self.settings.get(name)
        return None if found is None else found.value

    @property
    def has_tls(self) -> bool | None:
        """Whether the server offers TLS; None where it does not say so."""
        said = self.value("ssl") if self.product is DatabaseProduct.POSTGRESQL else self._mysql_tls
        return None if said is None else said != "off"

    @property
    def unseen(self) -> tuple[SessionGroup, ...]:
        """The groups of which the server does not show the TLS version, or whether there is one."""
        return tuple(group for group in self.sessions if group.unseen is not Unseen.NOTHING)

    @property
    def _mysql_tls(self) -> str | None:
        """MySQL 8.4 has no have_ssl: a certificate that is sent proves TLS."""
        if self.own_version or any(file.sent_until for file in self.files):
            return "on"
        said = self.value("have_ssl")
        if said is not None:
            return "on" if said == "YES" else "off"
        lacks = self.value("tls_version") == "" or self.value("ssl_cert") == ""
        return "off" if lacks else None


def is_loopback(address: str) -> bool:
    """Whether an address or the name localhost is that of the server itself."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
