"""The drivers of MySQL that are here: their versions, their cases, and how they run.

A case is what the driver is given, and the same as unpin reads it in a configuration. HOST and PORT
stand for the server, GOOD and BAD for a file with its root or another root, in PEM; GOOD.jks and
so on for Java's stores, PLAIN for the right root in a file without an extension, CLIENT and KEY for
a client's own certificate and key.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.programs import absent, debian, lacking
from tests.referees.drivers.clients import (
    NODE_MODULES,
    PATIENCE,
    PROGRAMS,
    SITE,
    VENV,
    go_program,
    in_venv,
    without_go,
    without_perl,
    without_ruby,
)
from tests.referees.drivers.dotnet import MYSQL_DATA, MYSQLCONNECTOR
from unpin.connections.perl_ruby_mysql import dbd_with_mariadbs, mysql2_with_mariadbs

PYTHON = VENV / "bin" / "python"
CONNECTOR_J = SITE / "wbjdbc/resources/maven/mysql/mysql-connector-j-8.0.33.jar"
MARIADB_JAVA_3 = SITE / "_atoti_server_jdbc/__resources__/plugin.jar"
MARIADB_JAVA_2 = Path("/usr/share/java/mariadb-java-client.jar")


_ANSWER = re.compile(r"[tf]\Z|error: ")
"""What a program prints beside what its driver logs."""


@dataclass(frozen=True)
class MysqlDriver:
    """A driver: its name here and in unpin, its version, its cases, and how it runs them.

    `cases` are pairs of what the driver is given (a line) and the text of a configuration. `rule` is
    a part of the rule: that of the library that the driver is built with; None for the whole.
    `right_name` is the server's: "localhost" is a socket to MariaDB's library, "LOCALHOST" is not.
    """

    name: str
    ident: str
    version: str
    cases: tuple
    run: object
    missing: object = lambda: None
    rule: object = None
    right_name: str = "localhost"


def _by_lines(command, environment=None, **settings):
    """A program that answers each line of its standard input with a line."""

    def run(lines, folder):
        ran = subprocess.run(
            command(folder), input="".join(f"{line}\n" for line in lines), capture_output=True,
            text=True, timeout=4 * PATIENCE, check=False, **settings,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **(environment or {})},
        )  # fmt: skip
        found = [line for line in ran.stdout.splitlines() if _ANSWER.match(line)]
        assert len(found) == len(lines), ran.stderr[-2000:]
        return found

    return run


def _python(module, call, options):
    """Calls of a driver of Python, and the same call in a program."""
    for each in options:
        given = json.dumps({"host": "HOST", "port": "PORT", **each})
        words = [f"{key}={value!r}" for key, value in each.items()]
        text = f"import {module}\n{call}(host='HOST', {', '.join([*words, 'port=1'])})\n"
        yield given, text


CA_FILES = (None, "GOOD", "BAD", "/no/such/file")
_FLAGS = (None, True, False)


def _arguments():
    for ca, cert, identity in product(CA_FILES, _FLAGS, _FLAGS):
        given = {"ssl_ca": ca, "ssl_verify_cert": cert, "ssl_verify_identity": identity}
        yield {key: value for key, value in given.items() if value is not None}
    yield {"ssl_disabled": True}
    yield {"ssl_disabled": True, "ssl_ca": "BAD", "ssl_verify_cert": True}


def _objects():
    for ca, check, mode in product(CA_FILES, _FLAGS, (None, "none", "required", False, True)):
        given = {"ca": ca, "check_hostname": check, "verify_mode": mode}
        yield {"ssl": {key: value for key, value in given.items() if value is not None}}


def _engines(dialect):
    """URLs of SQLAlchemy, which makes an object of ssl_ca; the driver is given what it is given."""
    for ca, check in product(CA_FILES, (None, "true", "false")):
        inner = {} if ca is None else {"ca": ca}
        query = [] if ca is None else [f"ssl_ca={ca}"]
        if check is not None:
            inner["check_hostname"] = check == "true"
            query.append(f"ssl_check_hostname={check}")
        given = {"host": "HOST", "port": "PORT"} | ({"ssl": inner} if inner else {})
        text = f"URL=mysql+{dialect}://app@HOST/app?{'&'.join(query)}".rstrip("?")
        yield json.dumps(given), f"{text}\n"


NODE_OBJECTS = (
    {}, {"ssl": False}, {"ssl": True}, {"ssl": {}},
    *(
        {"ssl": {key: value for key, value in (("ca", ca), ("rejectUnauthorized", reject),
                                               ("verifyIdentity", identity)) if value is not None}}
        for ca in (None, "file:GOOD", "file:BAD")
        for reject in _FLAGS
        for identity in (None, True)
    ),
)  # fmt: skip


def _node(module, options=NODE_OBJECTS):
    for each in options:
        given = json.dumps({"host": "HOST", "port": "PORT", **each})
        words = json.dumps({"host": "HOST", **each})
        for name in ("GOOD", "BAD"):
            words = words.replace(f'"file:{name}"', f"fs.readFileSync('{name}')")
        yield given, f"const mysql = require('{module}');\nmysql.createConnection({words});\n"


def _jdbc(scheme, queries):
    for query in queries:
        url = f"jdbc:{scheme}://HOST:PORT/?{query}".rstrip("?")
        yield url, f"URL={url}\n"


_SECRET = "Password=changeit"
CONNECTOR_J_STORES = (
    "", *(f"&trustCertificateKeyStoreUrl={url}&trustCertificateKeyStore{_SECRET}"
          for url in ("file:GOOD.jks", "file:BAD.jks", "file:GOOD.pkcs12", "GOOD.jks",
                      "file:/no/such/file", "file:GOOD")),
    "&fallbackToSystemTrustStore=false",
)  # fmt: skip
CONNECTOR_J_MODES = (
    "", *(f"sslMode={mode}" for mode in ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA",
                                         "VERIFY_IDENTITY", "verify_ca", "VERIFY_FULL")),
    "sslmode=VERIFY_CA", "usessl=true&verifyservercertificate=true", "useSSL=true", "useSSL=false", "requireSSL=true",
    "useSSL=true&requireSSL=true", "useSSL=true&verifyServerCertificate=true",
    "verifyServerCertificate=true", "useSSL=true&verifyServerCertificate=false",
    "useSSL=true&requireSSL=true&verifyServerCertificate=true",
    "sslMode=DISABLED&useSSL=true&verifyServerCertificate=true",
)  # fmt: skip
MARIADB_STORES = (
    "", "&serverSslCert=GOOD", "&serverSslCert=BAD", "&serverSslCert=file:GOOD",
    "&serverSslCert=/no/such/file", "&serverSslCert=classpath:a.pem",
    f"&trustStore=GOOD.jks&trustStore{_SECRET}", f"&trustStore=BAD.jks&trustStore{_SECRET}",
    f"&trustStore=file:GOOD.pkcs12&trustStore{_SECRET}&trustStoreType=pkcs12",
    "&trustStore=/no/such/file", f"&trustStore=BAD.jks&trustStore{_SECRET}&serverSslCert=GOOD",
    f"&trustCertificateKeyStoreUrl=file:GOOD.jks&trustCertificateKeyStore{_SECRET}",
    "&fallbackToSystemTrustStore=false",
)  # fmt: skip
MARIADB_MODES = (
    "", *(f"sslMode={mode}" for mode in (
        "disable", "trust", "verify-ca", "verify-full", "VERIFY_CA", "VERIFY_IDENTITY", "REQUIRED",
        "PREFERRED", "DISABLED", "prefer")),
    "sslmode=verify-ca", "useSsl=true", "useSSL=true", "usessl=true", "useSsl=false", "useSsl",
    "useSsl=true&trustServerCertificate=true", "useSsl=true&disableSslHostnameVerification=true",
)  # fmt: skip


def _together(modes, stores):
    return [f"{mode}{store}".lstrip("&") for mode, store in product(modes, stores)]


def _java(jar):
    def command(folder):
        classes = folder / "mysql-classes"
        if not classes.exists():
            source = PROGRAMS / "ConnectMysql.java"
            subprocess.run(["javac", "-d", classes, source], check=True, timeout=PATIENCE)
        return ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{classes}:{jar}", "ConnectMysql"]

    return _by_lines(command)


def _go_cases():
    for word in (None, "true", "false", "skip-verify", "preferred", "custom", "1", "0", "TRUE"):
        dsn = "app:pw@tcp(HOST:PORT)/" + (f"?tls={word}" if word else "")
        yield dsn, f'package main\nvar dsn = "{dsn}"\n'


def _mariadb_cli(lines, folder):
    for line in lines:
        ran = subprocess.run(
            ["mariadb", "--no-defaults", "-u", "app", "-ppw", "--protocol=TCP", "-N", "-B", "-e",
             "show status like 'Ssl_version'", *line.split()],
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        words = ran.stdout.split()
        yield f"error: {ran.stderr.strip()}" if not words else "t" if len(words) > 1 else "f"


def _mariadb_cases():
    stores = ("", "--ssl-ca=GOOD", "--ssl-ca=BAD", "--ssl-ca=/no/such/file")
    flags = ("", "--ssl", "--skip-ssl", "--ssl-verify-server-cert", "--ssl=0",
             "--ssl-verify-server-cert=0", "--disable-ssl-verify-server-cert")  # fmt: skip
    for store, flag in product(stores, flags):
        words = " ".join(word for word in (store, flag) if word)
        if words:
            yield f"-h HOST -P PORT {words}", f"mariadb -h HOST -P PORT {words} app\n"


def _options_of_perl(*, optional):
    """Options of DBD::mysql and DBD::MariaDB; true is what Perl takes for true."""
    stores = (None, "GOOD", "BAD", "/no/such/file")
    for tls, ca, checks in product((None, "0", "1"), stores, (None, "0", "1")):
        yield {"ssl": tls, "ssl_ca_file": ca, "ssl_verify_server_cert": checks,
               "ssl_optional": optional}  # fmt: skip
    yield {"ssl": "no", "ssl_ca_file": "BAD", "ssl_optional": optional}
    yield {"ssl": "1", "ssl_ca_file": "", "ssl_optional": optional}


def _dsns(product_name):
    prefix = product_name.lower()
    for optional in (None, "0", "1", "false"):
        for options in _options_of_perl(optional=optional):
            given = [
                f"{prefix}_{key}={value}" for key, value in options.items() if value is not None
            ]
            yield _dsn(product_name, given)
    other = "mysql" if prefix == "mariadb" else "mariadb"
    names = ("ssl=1", "ssl_ca_file=BAD", "ssl_verify_server_cert=1")
    yield _dsn(product_name, [f"{other}_{each}" for each in names])


def _dsn(product_name, options):
    dsn = ";".join([f"dbi:{product_name}:host=HOST;port=PORT", *options])
    return dsn, f"DBI->connect('{dsn}', 'app', 'pw');\n"


def _mysql2_of_ruby():
    modes = (None, "disabled", "preferred", "required", "verify_ca", "verify_identity",
             "SSL_MODE_VERIFY_IDENTITY", "verify_full")  # fmt: skip
    for mode, ca, checks in product(modes, CA_FILES, _FLAGS):
        options = {"ssl_mode": mode, "sslca": ca, "sslverify": checks}
        options = {key: value for key, value in options.items() if value is not None}
        given = {"host": "HOST", "port": "PORT", **options}
        words = json.dumps({"host": "HOST", **options}).strip("{}")
        yield json.dumps(given), f"Mysql2::Client.new({words})\n"


DOTNET_MODES = (
    "", *(f"SslMode={mode}" for mode in (
        "None", "Disabled", "Preferred", "Required", "VerifyCA", "VerifyFull", "verifyca",
        "VERIFY_CA", "VerifyIdentity", "verify-full", "Prefer", "0", "3", "4", "")),
    "Ssl Mode=VerifyFull", "Ssl-Mode=VerifyCA",
)  # fmt: skip
DOTNET_STORES = (
    "", "SslCa=GOOD", "SslCa=BAD", "SslCa=/no/such/file", "SslCa=/no/such/file.pem", "SslCa=",
    "Ssl-Ca=GOOD", "Ssl Ca=BAD", "SslCa=GOOD.der", "SslCa=PLAIN",
)  # fmt: skip


# Time-outs: see scripts.dotnet_drivers.
DOTNET_STRING = (
    "Server=HOST;Port=PORT;User ID=app;Password=pw;Connection Timeout=1000"
    ";AllowPublicKeyRetrieval=true"
)


def _dotnet_cases(more=()):
    for mode, store in product(DOTNET_MODES, (*DOTNET_STORES, *more)):
        text = ";".join(filter(None, (DOTNET_STRING, mode, store)))
        yield json.dumps([text, {}]), f"MAIN={text}\n"


def _without_file(path, install):
    return lambda: None if path.exists() else lacking(f"no {path.name}", install)


_PIP = "make drivers"


def _of_python(name, ident, module, version, options, call=None):
    cases = tuple(_python(module, call or f"{module}.connect", options))
    run = _by_lines(lambda _: [PYTHON, PROGRAMS / "connect_mysql.py", name])
    return MysqlDriver(name, ident, version, cases, run, in_venv(module.split(".")[0]))


def mysql_drivers():
    """The drivers, whether they are here or not."""
    node = {"NODE_PATH": str(NODE_MODULES)}
    yield _of_python("pymysql", "pymysql", "pymysql", "1.2", [*_arguments(), *_objects()])
    run = _by_lines(lambda _: [PYTHON, PROGRAMS / "connect_mysql.py", "pymysql"])
    yield MysqlDriver("SQLAlchemy with PyMySQL", "pymysql", "1.2", tuple(_engines("pymysql")), run,
                      in_venv("pymysql"))  # fmt: skip
    yield _of_python("asyncmy", "asyncmy", "asyncmy", "0.2", list(_objects()))
    yield _of_python(
        "mysql-connector", "mysql-connector-python", "mysql.connector", "26.10", list(_arguments())
    )
    native = {"LD_LIBRARY_PATH": str(SITE / "mysql" / "vendor")}
    yield MysqlDriver(
        "mysql-connector in C", "mysql-connector-python", "26.10",
        tuple(_python("mysql.connector", "mysql.connector.connect", list(_arguments()))),
        _by_lines(lambda _: [PYTHON, PROGRAMS / "connect_mysql.py", "mysql-connector-c"], native),
        in_venv("mysql"),
    )  # fmt: skip
    for module in ("mysql2", "mariadb", "mysql"):
        ident = {"mysql2": "mysql2", "mariadb": "mariadb-nodejs", "mysql": "mysqljs"}[module]
        yield MysqlDriver(
            f"{module} of npm", ident, "3", tuple(_node(module)),
            _by_lines(lambda _, m=module: ["node", PROGRAMS / "connect_mysql.cjs", m], node),
            _without_file(NODE_MODULES / module, f"npm ci --prefix {NODE_MODULES.parent}"),
        )  # fmt: skip
    yield MysqlDriver(
        "Connector/J", "mysql-connector-j", "8.0.33",
        tuple(_jdbc("mysql", _together(CONNECTOR_J_MODES, CONNECTOR_J_STORES))),
        _java(CONNECTOR_J), _without_file(CONNECTOR_J, _PIP),
    )  # fmt: skip
    for version, jar, install in (
        ("3.5.8", MARIADB_JAVA_3, _PIP),
        ("2.7.6", MARIADB_JAVA_2, debian("libmariadb-java")),
    ):
        yield MysqlDriver(
            f"MariaDB Connector/J {version}", "mariadb-connector-j", version,
            tuple(_jdbc("mariadb", _together(MARIADB_MODES, MARIADB_STORES))),
            _java(jar), _without_file(jar, install),
        )  # fmt: skip
    yield MysqlDriver(
        "go-sql-driver", "go-sql-driver", "1.5", tuple(_go_cases()), _by_lines(lambda folder: go_program("connect_mysql.go", folder)),
        without_go("go-sql-driver/mysql", "golang-github-go-sql-driver-mysql-dev"),
    )  # fmt: skip
    more = ("CA Certificate File=GOOD", "CACertificateFile=BAD")
    for dotnet, cases in (
        *((each, _dotnet_cases(more)) for each in MYSQLCONNECTOR),
        (MYSQL_DATA, _dotnet_cases(["SslCa=GOOD;SslCert=CLIENT;SslKey=KEY"])),
    ):
        yield MysqlDriver(
            dotnet.name, dotnet.ident, dotnet.version, tuple(cases),
            lambda lines, _, each=dotnet: each.answers(map(json.loads, lines)), dotnet.missing,
        )  # fmt: skip
    for name, version in (("mysql", "4.050"), ("MariaDB", "1.22")):
        yield MysqlDriver(
            f"DBD::{name}", "dbd-mysql", version, tuple(_dsns(name)),
            _by_lines(lambda _: ["perl", PROGRAMS / "connect_dbi.pl"]), without_perl(name),
            dbd_with_mariadbs, "LOCALHOST",
        )  # fmt: skip
    yield MysqlDriver(
        "mysql2 of Ruby", "mysql2-ruby", "0.5.3", tuple(_mysql2_of_ruby()),
        _by_lines(lambda _: ["ruby", PROGRAMS / "connect_mysql2.rb"]), without_ruby("mysql2"),
        mysql2_with_mariadbs, "LOCALHOST",
    )  # fmt: skip
    yield MysqlDriver(
        "mariadb", "mariadb", "10.11", tuple(_mariadb_cases()), _mariadb_cli,
        lambda: absent("mariadb"),
    )  # fmt: skip


MYSQL_DRIVERS = tuple(mysql_drivers())
