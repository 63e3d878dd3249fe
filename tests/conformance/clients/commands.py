"""Clients that are commands, one process a handshake: openssl, curl, psql, GnuTLS."""

from tests.conformance.clients import words
from tests.conformance.clients.client import (
    Attempt,
    Client,
    Command,
    Handshake,
    first_line,
    in_path,
    one_by_one,
)
from tests.conformance.lab.bench import Bench

ALONE = ("-no-CApath", "-no-CAstore")
"""Without these openssl looks into the system's folder as well."""
PARTIAL = "openssl-partial-chain"
ADDRESS = "127.0.0.1"
SERVER_AUTH = "1.3.6.1.5.5.7.3.1"


def _verify(*more: str) -> Attempt:
    def command(bench: Bench, handshake: Handshake) -> Command:
        files = bench.files
        yield from (
            "openssl",
            "verify",
            "-purpose",
            "sslserver",
            *more,
            *ALONE,
            "-CAfile",
            files.store(handshake.store),
        )
        above = files.above(handshake.chain)
        if above.stat().st_size:
            yield from ("-untrusted", above)
        yield files.server(handshake.chain)

    return one_by_one(command)


def _s_client(*more: str) -> Attempt:
    def command(bench: Bench, handshake: Handshake) -> Command:
        store, port = bench.files.store(handshake.store), bench.tls(handshake.chain)
        yield from ("openssl", "s_client", *more, *ALONE, "-CAfile", store, "-brief")
        yield from ("-verify_return_error", "-connect", f"127.0.0.1:{port}")
        if handshake.host == ADDRESS:
            yield from ("-verify_ip", ADDRESS, "-noservername")
        else:
            yield from ("-verify_hostname", handshake.host, "-servername", handshake.host)

    return one_by_one(command)


def _curl(bench: Bench, handshake: Handshake) -> Command:
    store, port = bench.files.store(handshake.store), bench.tls(handshake.chain)
    host = handshake.host
    yield from ("curl", "-q", "-sS", "--max-time", "20", "--resolve", f"{host}:{port}:{ADDRESS}")
    yield from ("--cacert", store, "--capath", "/dev/null", f"https://{host}:{port}/")


def _psql(bench: Bench, handshake: Handshake) -> Command:
    store, port = bench.files.store(handshake.store), bench.postgres(handshake.chain)
    yield from ("psql", "-XAtc", "select 1")
    yield (
        f"host={handshake.host} hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres "
        f"sslmode=verify-full sslrootcert={store} connect_timeout=20"
    )


def _gnutls_cli(bench: Bench, handshake: Handshake) -> Command:
    store, port = bench.files.store(handshake.store), bench.tls(handshake.chain)
    yield from ("gnutls-cli", "--x509cafile", store, "--verify-hostname", handshake.host)
    if handshake.host == ADDRESS:
        yield "--disable-sni"
    else:
        yield from ("--sni-hostname", handshake.host)
    yield from ("-p", str(port), ADDRESS)


def _certtool(bench: Bench, handshake: Handshake) -> Command:
    yield from ("certtool", "--verify", "--verify-profile", "low")
    yield from ("--verify-purpose", SERVER_AUTH)
    yield from ("--load-ca-certificate", bench.files.store(handshake.store))
    yield from ("--infile", bench.files.chain(handshake.chain))


_OPENSSL = in_path("openssl"), first_line("openssl", "version")
_CURL = in_path("curl"), first_line("curl", "--version")
_PSQL = in_path("psql"), first_line("psql", "--version")
_CERTTOOL = in_path("certtool"), first_line("certtool", "--version")
_GNUTLS = in_path("gnutls-cli"), first_line("gnutls-cli", "--version")

CLIENTS = (
    Client("openssl-verify", "openssl", *_OPENSSL, _verify(), mass=True),
    Client("openssl-verify-partial", PARTIAL, *_OPENSSL, _verify("-partial_chain"), mass=True),
    Client("openssl-s_client", "openssl", *_OPENSSL, _s_client()),
    Client("openssl-s_client-partial", PARTIAL, *_OPENSSL, _s_client("-partial_chain")),
    Client("psql", "openssl", *_PSQL, one_by_one(_psql), postgres=True, words=words.libpq),
    Client("curl", PARTIAL, *_CURL, one_by_one(_curl), words=words.curl),
    Client("certtool", "gnutls", *_CERTTOOL, one_by_one(_certtool), mass=True),
    Client("gnutls-cli", "gnutls", *_GNUTLS, one_by_one(_gnutls_cli), mass=True),
)
