"""Shake hands within this process: Python's own ssl, over memory, with OpenSSL's flags."""

import contextlib
import ssl

from tests.conformance.policy.certs import HOST
from tests.conformance.policy.pem import bundle

PARTIAL_CHAIN = 0x80000
STRICT = 0x20


def handshake(server, store, flags=0, level=2, *, file=None):
    """What the client says of what the context `server` presents: "ok" or OpenSSL's words.

    `file` is a PEM file of trusted certificates, instead of `store`.
    """
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.set_ciphers(f"DEFAULT@SECLEVEL={level}")
    client.check_hostname = False
    client.verify_flags = ssl.VerifyFlags(flags)
    try:
        if file is not None:
            client.load_verify_locations(cafile=file)
        else:
            client.load_verify_locations(cadata=bundle(one.der for one in store))
    except ssl.SSLError as error:
        return f"store: {error.reason or error}"
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname=HOST)
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        try:
            with contextlib.suppress(ssl.SSLWantReadError):
                one.do_handshake()
                return "ok"
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        except ssl.SSLError as error:
            return error.reason or str(error)
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLError):
            other.do_handshake()
    return "no handshake"
