"""Dial through rustls: reqwest.py ROOT < "host in hex, port" lines, + or - out, ? where it cannot.

A host is dialled by its name alone: an address other than 127.0.0.1 has no server.
"""

import contextlib
import ipaddress
import sys
import unicodedata
from datetime import timedelta
from pathlib import Path

from pyreqwest.client import SyncClientBuilder

ROOT = Path(sys.argv[1]).read_bytes()


def is_address(host):
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def spellings(host):
    """The names under which the URL's host may be looked up."""
    yield host.lower()
    with contextlib.suppress(UnicodeError):
        yield unicodedata.normalize("NFKC", host).encode("idna").decode().lower()


def dial(host, port):
    address = is_address(host)
    if address and str(address) != "127.0.0.1":
        return "?"
    builder = SyncClientBuilder().no_proxy().timeout(timedelta(seconds=4))
    builder = builder.add_root_certificate_pem(ROOT)
    try:
        for name in () if address else spellings(host):
            builder = builder.resolve(name, "127.0.0.1", port)
        with builder.build() as client:
            client.get(f"https://{host}:{port}/").build().send()
    except Exception as error:  # noqa: BLE001  (whatever it says, it is no success)
        said = f"{error} {getattr(error, 'details', '')}".replace("\n", " ")
        return "?" if "dns error" in said or "timed out" in said else f"-\t{said}"
    return "+"


for line in sys.stdin.read().splitlines():
    host, port = line.split()
    print(dial(bytes.fromhex(host[1:]).decode(), int(port)), flush=True)
