"""The drivers of .NET that are here: their versions, and how they run."""

import json
import os
import subprocess
from dataclasses import dataclass

from tests.programs import lacking
from tests.referees.drivers.clients import PATIENCE, PROGRAMS, SITE, VENV

DOTNET = VENV / "dotnet"
"""What scripts.dotnet_drivers makes: .NET 9, and a folder of drivers for each package."""

PYTHON_WITH_DOTNET = VENV / "bin" / "python"
"""The Python that .NET can be loaded into."""


def lacking_dotnet(what=".NET", file="runtimeconfig.json"):
    """What to say if a part of .NET or its drivers is not here; None if it is."""
    there = (DOTNET / file).exists() and (SITE / "pythonnet").exists()
    return None if there else lacking(f"no {what}", "make drivers")


@dataclass(frozen=True)
class DotnetDriver:
    """A driver: its ident in unpin, its version, its DLL, its class of connections, a question.

    The last column of the answer is whether the connection has TLS; without a question, the server
    says that.
    """

    ident: str
    version: str
    file: str
    kind: str
    question: str = ""

    @property
    def name(self):
        return f"{self.kind.rpartition('.')[0]} {self.version}"

    @property
    def command(self):
        program = [PYTHON_WITH_DOTNET, PROGRAMS / "connect_dotnet.py"]
        return [*program, DOTNET, DOTNET / self.file, self.kind, *filter(None, [self.question])]

    def missing(self):
        return lacking_dotnet(self.name, self.file)

    def answers(self, connections, environment=None):
        """The answers to connections: pairs of a connection string, and variables."""
        connections = list(connections)
        ran = subprocess.run(
            self.command, input="".join(f"{json.dumps(each)}\n" for each in connections),
            capture_output=True, text=True, timeout=10 * PATIENCE, check=False,
            env=os.environ | (environment or {}),
        )  # fmt: skip
        answers = [line for line in ran.stdout.splitlines() if line[:2] in {"t", "f", "er"}]
        assert len(answers) == len(connections), ran.stderr[-2000:]
        return answers


def trusting(file):
    """The environment in which .NET has a PEM file as the store of the system."""
    return {"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": "/nonexistent"}


_POSTGRESQL = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
NPGSQL = tuple(
    DotnetDriver("npgsql", version, f"{folder}/Npgsql.dll", "Npgsql.NpgsqlConnection", _POSTGRESQL)
    for version, folder in (
        ("5.0.17", "ravendb-5.2.0"), ("8.0.6", "ravendb-5.4.0"), ("9.0.3", "mcp-0.0.21"),
        ("10.0.3", "ravendb-7.2.7"),
    )
)  # fmt: skip
_MYSQL = "show status like 'Ssl_version'"
MYSQLCONNECTOR = tuple(
    DotnetDriver("mysqlconnector", version, f"{folder}/MySqlConnector.dll",
                 "MySqlConnector.MySqlConnection", _MYSQL)
    for version, folder in (("2.4.0", "ravendb-5.4.0"), ("2.6.2", "ravendb-7.2.7"))
)  # fmt: skip
MYSQL_DATA = DotnetDriver("mysql.data", "8.1.0", "ravendb-5.2.0/MySql.Data.dll",
                          "MySql.Data.MySqlClient.MySqlConnection", _MYSQL)  # fmt: skip
SQLCLIENT = (
    DotnetDriver(
        "system.data.sqlclient", "4.8.5", "ravendb-5.2.0/System.Data.SqlClient.dll",
        "System.Data.SqlClient.SqlConnection",
    ),
    *(
        DotnetDriver("sqlclient", version, f"{folder}/Microsoft.Data.SqlClient.dll",
                     "Microsoft.Data.SqlClient.SqlConnection")
        for version, folder in (
            ("5.2.2", "ravendb-5.4.0"), ("6.0.2", "ravendb-7.1.5"), ("7.0.3", "ravendb-7.2.7"),
        )
    ),
)  # fmt: skip
