"""What a PostgreSQL server says about TLS: settings, sessions, rules of pg_hba.conf, files."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

REPLICATION: Final = "replication"
DATABASES: Final = "databases"


@dataclass(frozen=True, slots=True)
class ServerSetting:
    """A row of pg_settings; `waits` says that the value in the file needs a restart."""

    name: str
    value: str
    source: str
    waits: bool


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Sessions that differ in nothing that is shown here.

    `address` is that of the client, or "" for a Unix socket. `version` and `cipher` are those of
    TLS, or "" for a session without; `gss` says that GSSAPI encrypts instead.
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

    @property
    def is_local(self) -> bool:
        """Whether the client runs on the server: a Unix socket, or a loopback address."""
        return not self.address or _is_loopback(self.address)

    @property
    def is_plaintext(self) -> bool:
        """Whether nothing encrypts the sessions on their way through a network."""
        return not self.version and not self.gss and not self.is_local

    @property
    def who(self) -> str:
        """The user, database, application and address, for a sentence."""
        named = f" ({self.application})" if self.application else ""
        return f"{self.user}@{self.database}{named} from {self.place}"

    @property
    def place(self) -> str:
        """The address of the client, or that it uses a Unix socket."""
        return self.address or "a Unix socket"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The file of ssl_cert_file: when it was written, and its text; None where it is not known."""

    path: str
    modified: datetime | None
    pem: bytes | None


@dataclass(frozen=True, slots=True)
class WithheldView:
    """What the server does not show to this user, and the grant that would show it."""

    name: str
    grant: str


@dataclass(frozen=True, slots=True)
class OwnSession:
    """What the extension sslinfo says of the session that asked."""

    version: str
    cipher: str
    client_certificate: bool


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server said in one transaction at `now`, its own time.

    `source` names the server, or the file of the answer. `loaded` is the time at which the server
    last read its configuration. `hidden` is the number of sessions of which the server shows this
    user nothing, `left_out` that of groups beyond the bound. `rules` is None where pg_hba.conf was
    not shown. `own_version` is the TLS version of the session that asked; `sslinfo` is None where
    that extension is not installed.
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
    withheld: tuple[WithheldView, ...] = field(default=())

    def value(self, name: str) -> str | None:
        """The value of a setting; None where the server has no such setting, or hides it."""
        found = self.settings.get(name)
        return None if found is None else found.value

    @property
    def enforcement(self) -> ServerSetting | None:
        """The setting of a cloud that requires TLS, or not; None where there is none."""
        names = ("require_secure_transport", "rds.force_ssl")
        return next((self.settings[name] for name in names if name in self.settings), None)

    @property
    def is_azure(self) -> bool:
        """Whether this is Azure Database for PostgreSQL."""
        return "azure.extensions" in self.settings or "require_secure_transport" in self.settings

    @property
    def is_rds(self) -> bool:
        """Whether this is Amazon RDS or Aurora."""
        return any(name.startswith("rds.") for name in self.settings)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
