"""What cannot be seen from outside: the folders of Windows, versions, a plus in a URL."""

import pytest

from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.connections.drivers import DRIVERS, driver_named, drivers_named
from unpin.connections.libpq import libpq_rule
from unpin.connections.model import Circumstances, plus_decoded, version_of
from unpin.connections.sql_server import sqlclient_rule
from unpin.model.errors import UsageError
from unpin.pki.clients import client_named


def circumstances(url, exists=lambda _: True, **others):
    (connection,) = connections_in(document_of("x", f"URL={url}\n"), [])
    return Circumstances(connection, "/home/u", exists, **others)


def test_libpq_on_windows_reads_the_file_of_appdata():
    asked = []
    windows = circumstances("postgres://h/a?sslmode=verify-full", exists=asked.append, windows=True)
    (store,) = libpq_rule(windows).stores
    assert store.path == "/home/u\\AppData\\Roaming\\postgresql\\root.crt"
    assert "%APPDATA%\\postgresql\\root.crt" in store.rule
    assert asked == [store.path]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("42.7.13", (42, 7, 13)), ("v9", (9,)), ("HEAD", None), ("16beta1", (16,))],
)
def test_a_version_is_its_numbers(text, numbers):
    assert version_of(text) == numbers


def test_a_plus_is_a_space_to_those_who_decode_forms():
    setting = circumstances("postgres://h/a?sslrootcert=/a+b%2Bc").parameter("sslrootcert")
    assert (setting.value, plus_decoded(setting)) == ("/a+b+c", "/a b+c")


def test_the_families_of_every_driver_are_known():
    for driver in DRIVERS:
        assert [client_named(ident).ident for ident in driver.families] == list(driver.families)


def test_a_driver_has_one_name_and_a_family_has_its_drivers():
    assert driver_named("PSQL").ident == "libpq"
    assert {each.ident for each in drivers_named("go")} == {
        "lib/pq", "pgx", "go-sql-driver", "go-mssqldb", "url-client",
    }  # fmt: skip
    names = [name for each in DRIVERS for name in (each.ident, *each.aliases)]
    assert len(names) == len(set(names))
    with pytest.raises(UsageError, match="no driver or client is called 'psq'"):
        driver_named("psq")


@pytest.mark.parametrize(
    ("version", "linux", "windows"),
    [((5, 2), "chain+name", "exact match"), ((7,), "exact match", "exact match")],
)
def test_sqlclient_before_7_pins_on_windows_alone(version, linux, windows):
    text = "Server=db1;Database=a;Encrypt=true;ServerCertificate=/leaf.pem"
    found = [
        sqlclient_rule(circumstances(text, version=version, windows=on)) for on in (False, True)
    ]
    assert [str(each.verifies) for each in found] == [linux, windows]
