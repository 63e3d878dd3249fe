"""Dial each port with each store through rustls: pyreqwest, a wheel of Rust's reqwest."""

import base64
import sys
from datetime import timedelta

from pyreqwest.client import SyncClientBuilder


def dial(port, certificates):
    builder = SyncClientBuilder().no_proxy().resolve("server.test", "127.0.0.1", port)
    builder = builder.timeout(timedelta(seconds=20))
    try:
        for certificate in certificates:
            builder = builder.add_root_certificate_der(base64.b64decode(certificate))
        with builder.build() as client:
            client.get(f"https://server.test:{port}/").build().send()
    except Exception as error:  # noqa: BLE001  (the server is none that speaks HTTP)
        said = f"{error} {getattr(error, 'details', '')}"
        return "ok" if "(SendRequest)" in said else " ".join(said.split())
    return "ok"


for line in sys.stdin.read().splitlines():
    first, *others = line.split()
    print(dial(int(first), others), flush=True)
