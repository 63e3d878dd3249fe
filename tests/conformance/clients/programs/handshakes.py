"""Try many handshakes in one Python process: `handshakes.py CLIENT`, see clients/client.py."""

import asyncio
import socket
import ssl
import sys
from pathlib import Path

PARTIAL = ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
STRICT = ssl.VerifyFlags.VERIFY_X509_STRICT


def over_ssl(flags: ssl.VerifyFlags):
    def connect(store: str, port: str, host: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST | flags
        context.load_verify_locations(store)
        with (
            socket.create_connection(("127.0.0.1", int(port)), 10) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            pass

    return connect


def with_psycopg(store: str, port: str, host: str) -> None:
    import psycopg

    psycopg.connect(
        f"host={host} hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres "
        f"sslmode=verify-full sslrootcert={store} connect_timeout=10"
    ).close()


def with_asyncpg(store: str, port: str, host: str) -> None:
    import asyncpg

    async def connect() -> None:
        connection = await asyncpg.connect(
            f"postgresql://postgres@{host}:{port}/postgres?sslmode=verify-full&sslrootcert={store}",
            timeout=10,
        )
        await connection.close()

    asyncio.run(connect())


def with_pyreqwest(store: str, port: str, host: str) -> None:
    from pyreqwest.client import SyncClientBuilder

    certificates = [
        text.encode() + b"-----END CERTIFICATE-----\n"
        for text in Path(store).read_text().split("-----END CERTIFICATE-----\n")[:-1]
    ]
    builder = SyncClientBuilder().no_proxy()
    for one in certificates:
        builder = builder.add_root_certificate_pem(one)
    if host != "127.0.0.1":
        builder = builder.resolve(host.lower(), "127.0.0.1", int(port))
    with builder.build() as client:
        client.get(f"https://{host}:{port}/").build().send()


CLIENTS = {
    "python-ssl": over_ssl(ssl.VerifyFlags(0)),
    "python-ssl-partial": over_ssl(PARTIAL),
    "python-ssl-strict": over_ssl(PARTIAL | STRICT),
    "psycopg": with_psycopg,
    "asyncpg": with_asyncpg,
    "pyreqwest": with_pyreqwest,
}


def main() -> None:
    connect = CLIENTS[sys.argv[1]]
    for line in sys.stdin:
        store, where, host = line.rstrip("\n").split("\t")
        try:
            connect(store, where, host)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the answer)
            print("-", " ".join(f"{type(error).__name__}: {error}".split()), sep="\t")
        else:
            print("+")


if __name__ == "__main__":
    main()
