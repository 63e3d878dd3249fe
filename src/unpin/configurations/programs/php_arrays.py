"""Find the connections that arrays of PHP describe: of Laravel, Doctrine, CodeIgniter, Laminas."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.brackets import CallStructure
from unpin.configurations.programs.call_arguments import calls_in, program_connection, value_of

_KEY: Final = re.compile(
    r"""(?:['"](?P<key>[\w.\-]{1,60})['"]|\\?(?P<constant>(?:PDO::|Pdo\\Mysql::)\w{1,60}))\s{0,80}=>\s{0,80}"""
)
_DRIVER: Final = re.compile(
    r"""['"](?:driver|driverClass|adapter|dbdriver|DBDriver)['"]\s{0,40}=>\s{0,40}"""
    r"""(?P<value>[^,\n\]]{1,200})"""
)
_PRODUCTS: Final = (
    ("pgsql", "libpq"), ("postgre", "libpq"), ("mysql", "mysqlnd"), ("mariadb", "mysqlnd"),
)  # fmt: skip
_OF_LIBPQ: Final = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "host"})
_HOSTS: Final = frozenset({"host", "hostname"})
_OF_TLS: Final = frozenset({"sslmode", "sslrootcert", "host"})


def has_driver_arrays(document: Document) -> bool:
    """Whether arrays of a program in PHP name drivers: their keys mean what the driver says."""
    return "<?" in document.text and _DRIVER.search(document.text) is not None


def array_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of arrays that name a driver; of MySQL those without options for TLS alone.

    `names` are the variables of the program. Options for TLS of MySQL are found by themselves.
    """
    if "=>" not in text or "<?" not in text:
        return
    drivers = list(calls_in(document, _DRIVER, text))
    structure = CallStructure.of(text) if drivers else None
    for match in drivers:
        if structure is None or structure.is_in_string(match.start() - 1):
            continue
        word = match["value"].lower()
        driver = next((ident for name, ident in _PRODUCTS if name in word), None)
        if driver is None:
            continue
        begin = structure.around(match.start())
        end = structure.closing.get(begin, len(text)) if begin >= 0 else len(text)
        found = list(_entries(text, structure, begin, end, names))
        hosts = [each.value for each in found if each.key in _HOSTS]
        host = hosts[0] if hosts else None
        line = line_of(text, match.start())
        if driver == "libpq":
            settings = [each for each in found if each.key in _OF_LIBPQ]
            if any(each.key in _OF_TLS for each in settings):
                title = "array of PHP"
                yield program_connection(document, driver, title, settings, host)
        elif not re.search(r"ATTR_SSL_|mysql_ssl|ssl_ca|'encrypt'", text[begin:end]):
            plain = [Setting("driver", "mysql", line, "driver")]
            yield program_connection(document, driver, "array of PHP", plain, host)


def _entries(
    text: str, structure: CallStructure, begin: int, end: int, names: Mapping[str, str]
) -> Iterator[Setting]:
    """The entries directly in an array, and those of the arrays in it that have its parameters."""
    for match in _KEY.finditer(text, max(begin, 0), end):
        key = match["key"] or match["constant"]
        if key not in _OF_LIBPQ | _HOSTS:
            continue
        value = value_of(structure.expression(match.end()), names)
        yield Setting(key, value, line_of(text, match.start()), key)
