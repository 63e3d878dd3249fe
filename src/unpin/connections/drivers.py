"""The drivers by name: their rules, and the client families that verify for them."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final, TypeAlias

from unpin.configurations.model import ClientConnection, Form
from unpin.connections.dotnet_mysql import mysql_data_rule, mysqlconnector_rule
from unpin.connections.go_drivers import go_sql_driver_rule, lib_pq_rule, pgx_rule
from unpin.connections.jvm import jvm_rule
from unpin.connections.libpq import libpq_rule
from unpin.connections.model import Circumstances, TlsBehaviour
from unpin.connections.mysql_clients import (
    mariadb_cli_rule,
    mysql_cli_rule,
    mysql_odbc_rule,
    mysqlnd_rule,
)
from unpin.connections.mysql_jdbc import mariadb_connector_j_rule, mysql_connector_j_rule
from unpin.connections.node import (
    kafkajs_rule,
    node_postgres_rule,
    node_rule,
    postgres_js_rule,
)
from unpin.connections.node_mysql import mariadb_nodejs_rule, mysql2_rule, mysqljs_rule
from unpin.connections.npgsql import npgsql_rule
from unpin.connections.perl_ruby_mysql import dbd_mysql_rule, mysql2_ruby_rule
from unpin.connections.pgjdbc import pgjdbc_rule
from unpin.connections.products import (
    kafka_rule,
    kibana_rule,
    librdkafka_rule,
    odyssey_rule,
    own_store_rule,
    pgbouncer_rule,
    pgcat_rule,
    postgrex_rule,
    r2dbc_postgresql_rule,
    vertx_rule,
    zookeeper_rule,
)
from unpin.connections.python_drivers import asyncpg_rule, kafka_python_rule, pg8000_rule
from unpin.connections.python_mysql import (
    asyncmy_rule,
    mysql_connector_python_rule,
    mysqlclient_rule,
    pymysql_rule,
)
from unpin.connections.rust_drivers import (
    mysql_rust_rule,
    prisma_rule,
    sqlx_rule,
    tokio_postgres_rule,
)
from unpin.connections.sql_server import (
    go_mssqldb_rule,
    mssql_jdbc_rule,
    odbc_rule,
    old_sqlclient_rule,
    pymssql_rule,
    sqlclient_rule,
)
from unpin.connections.trilogy import trilogy_rule
from unpin.connections.url_clients import (
    java_url_client_rule,
    node_url_client_rule,
    tedious_rule,
    url_client_rule,
)
from unpin.model.errors import UsageError
from unpin.model.values import frozen

DriverRule: TypeAlias = Callable[[Circumstances], TlsBehaviour]


@frozen
class Driver:
    """A driver or other client: its rule, and the idents of the families that verify for it.

    `aliases` are programs and libraries on it, in lower case.
    """

    ident: str
    title: str
    families: tuple[str, ...]
    rule: DriverRule
    aliases: tuple[str, ...] = ()


_JAVA: Final = ("java",)
_OPENSSL: Final = ("openssl",)
_PYTHON: Final = ("openssl", "openssl-strict")
_DOTNET: Final = ("dotnet",)

DRIVERS: Final = (
    Driver("libpq", "libpq", _OPENSSL, libpq_rule, (
        "psql", "pg_dump", "psycopg", "psycopg2", "psycopg3", "pg", "pg-gem", "ruby", "pdo_pgsql",
        "psqlodbc", "django", "aiopg", "pgadmin",
    )),
    Driver("pgjdbc", "pgjdbc", _JAVA, pgjdbc_rule, (
        "postgresql-jdbc", "hikaricp", "flyway", "liquibase", "debezium",
    )),
    Driver("r2dbc-postgresql", "r2dbc-postgresql", _JAVA, r2dbc_postgresql_rule, ("r2dbc",)),
    Driver("vertx-pg", "Vert.x PostgreSQL client", _JAVA, vertx_rule, ("vertx",)),
    Driver("npgsql", "Npgsql", _DOTNET, npgsql_rule),
    Driver("node-postgres", "node-postgres", _OPENSSL, node_postgres_rule, (
        "sequelize", "typeorm", "knex",
    )),
    Driver("postgres.js", "postgres.js", _OPENSSL, postgres_js_rule, ("postgresjs",)),
    Driver("asyncpg", "asyncpg", _PYTHON, asyncpg_rule),
    Driver("pg8000", "pg8000", _PYTHON, pg8000_rule),
    Driver("lib/pq", "lib/pq", ("go",), lib_pq_rule, ("libpq-go",)),
    Driver("pgx", "pgx", ("go",), pgx_rule, ("gorm",)),
    Driver("sqlx", "sqlx", ("rustls", "openssl"), sqlx_rule),
    Driver("mysql-rust", "mysql (Rust)", ("rustls", "openssl"), mysql_rust_rule, ("mysql_async",)),
    Driver("tokio-postgres", "tokio-postgres", ("rustls", "openssl"), tokio_postgres_rule),
    Driver("prisma", "Prisma", _OPENSSL, prisma_rule),
    Driver("pgbouncer", "pgbouncer", _OPENSSL, pgbouncer_rule),
    Driver("odyssey", "Odyssey", _OPENSSL, odyssey_rule),
    Driver("pgcat", "PgCat", ("rustls",), pgcat_rule),
    Driver("mysql-connector-j", "MySQL Connector/J", _JAVA, mysql_connector_j_rule,
           ("connector/j",)),
    Driver("mariadb-connector-j", "MariaDB Connector/J", _JAVA, mariadb_connector_j_rule),
    Driver("mysql", "mysql", _OPENSSL, mysql_cli_rule, ("mysqldump", "libmysqlclient")),
    Driver("mariadb", "mariadb", _OPENSSL, mariadb_cli_rule),
    Driver("mysqlnd", "mysqlnd", _OPENSSL, mysqlnd_rule, ("php", "mysqli", "pdo_mysql", "laravel")),
    Driver("mysql2", "mysql2", _OPENSSL, mysql2_rule),
    Driver("mysql2-ruby", "mysql2 (Ruby)", _OPENSSL, mysql2_ruby_rule),
    Driver("trilogy", "Trilogy", _OPENSSL, trilogy_rule),
    Driver("dbd-mysql", "DBD::mysql", _OPENSSL, dbd_mysql_rule, ("dbd::mysql", "dbd::mariadb")),
    Driver("mysqljs", "mysql (Node)", _OPENSSL, mysqljs_rule),
    Driver("mariadb-nodejs", "mariadb (Node)", _OPENSSL, mariadb_nodejs_rule),
    Driver("pymysql", "PyMySQL", _PYTHON, pymysql_rule),
    Driver("asyncmy", "asyncmy", _PYTHON, asyncmy_rule, ("aiomysql",)),
    Driver("mysql-connector-python", "mysql-connector-python", _PYTHON,
           mysql_connector_python_rule),
    Driver("mysqlclient", "mysqlclient", _OPENSSL, mysqlclient_rule, ("mysqldb",)),
    Driver("go-sql-driver", "go-sql-driver", ("go",), go_sql_driver_rule, ("go-mysql",)),
    Driver("mysqlconnector", "MySqlConnector", _DOTNET, mysqlconnector_rule),
    Driver("mysql.data", "MySql.Data", _DOTNET, mysql_data_rule, ("connector/net",)),
    Driver("mysql-odbc", "MySQL ODBC", _OPENSSL, mysql_odbc_rule),
    Driver("mssql-jdbc", "mssql-jdbc", _JAVA, mssql_jdbc_rule),
    Driver("sqlclient", "SqlClient", _DOTNET, sqlclient_rule),
    Driver("system.data.sqlclient", "System.Data.SqlClient", _DOTNET, old_sqlclient_rule),
    Driver("odbc", "ODBC Driver for SQL Server", _OPENSSL, odbc_rule, ("msodbcsql", "pyodbc")),
    Driver("go-mssqldb", "go-mssqldb", ("go",), go_mssqldb_rule),
    Driver("pymssql", "pymssql", _OPENSSL, pymssql_rule, ("freetds",)),
    Driver("kafka", "Kafka (Java)", _JAVA, kafka_rule, ("kafka-connect", "kafka-clients")),
    Driver("librdkafka", "librdkafka", _OPENSSL, librdkafka_rule, ("kcat", "confluent-kafka")),
    Driver("kafka-python", "kafka-python", _PYTHON, kafka_python_rule),
    Driver("kafkajs", "kafkajs", _OPENSSL, kafkajs_rule),
    Driver("zookeeper", "ZooKeeper", _JAVA, zookeeper_rule),
    Driver("jvm-client", "Java client", _JAVA, own_store_rule, ("strimzi", "redis", "hadoop")),
    Driver("jvm", "JVM", _JAVA, jvm_rule, ("java-program",)),
    Driver("postgrex", "Postgrex", (), postgrex_rule, ("ecto",)),
    Driver("kibana", "Kibana", _OPENSSL, kibana_rule),
    Driver("tedious", "tedious", _OPENSSL, tedious_rule, ("mssql",)),
    Driver("url-client", "client with OpenSSL or in Go", ("openssl", "go"), url_client_rule,
           ("mongodb", "pymongo", "redis-py", "go-redis")),
    Driver("url-client-node", "client on Node", _OPENSSL, node_url_client_rule,
           ("mongoose", "ioredis", "amqplib")),
    Driver("url-client-java", "client on the JVM", _JAVA, java_url_client_rule,
           ("lettuce", "jedis")),
    Driver("node", "Node", _OPENSSL, node_rule, ("node.js", "nodejs")),
)  # fmt: skip
"""Every driver, in the order in which reports name them."""

_FIXED: Final = frozenset({Form.BEAN, Form.OPTIONS})
"""Forms that only the driver itself reads."""

_NAMES: Final = {name: driver for driver in DRIVERS for name in (driver.ident, *driver.aliases)}


def driver_named(name: str) -> Driver:
    """The driver of this name or alias. Raises UsageError for an unknown name."""
    found = _NAMES.get(name.strip().lower())
    if found is None:
        near = get_close_matches(name.strip().lower(), _NAMES, 3)
        idents = ", ".join(driver.ident for driver in DRIVERS)
        raise UsageError(
            f"no driver or client is called {name.strip()!r}",
            f"did you mean {' or '.join(near)}?" if near else f"the drivers are {idents}",
        )
    return found


def drivers_named(names: str) -> tuple[Driver, ...]:
    """The drivers of a list with commas; those of a family, such as java, for its ident.

    Raises UsageError.
    """
    chosen: dict[str, Driver] = {}
    for name in names.split(","):
        word = name.strip().lower()
        family = [driver for driver in DRIVERS if word in driver.families]
        found = [driver_named(name)] if word in _NAMES or not family else family
        chosen |= {driver.ident: driver for driver in found}
    return tuple(chosen.values())


def drivers_reading(
    connection: ClientConnection, chosen: Sequence[Driver] = ()
) -> Sequence[Driver]:
    """The drivers that may read a connection; of those `chosen`, if any of them does."""
    own = []
    for ident in connection.drivers:
        try:
            own.append(driver_named(ident))
        except UsageError:
            continue
    if not chosen:
        return own
    kept = [driver for driver in chosen if driver in own]
    if kept or connection.form in _FIXED:
        return kept or own
    if connection.form is Form.JDBC:
        return [driver for driver in chosen if "java" in driver.families] or own
    return list(chosen)
