"""Shake hands in memory: python_ssl.py ROOT KEY < "host in hex, certificate in base64" lines."""

import base64
import contextlib
import ssl
import sys
import tempfile

ROOT, KEY = sys.argv[1:]
CLIENT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CLIENT.load_verify_locations(ROOT)


def server(der):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(ssl.DER_cert_to_PEM_cert(der))
        file.flush()
        context.load_cert_chain(file.name, KEY)
    return context


def shake(context, host):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        one = CLIENT.wrap_bio(to_client, to_server, server_hostname=host)
    except (ValueError, ssl.SSLError) as error:
        return f"-\t{error}"
    other = context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        try:
            with contextlib.suppress(ssl.SSLWantReadError):
                one.do_handshake()
                return "+"
        except ssl.SSLError as error:
            return f"-\t{error}"
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLError):
            other.do_handshake()
    return "-\tno handshake"


last, context = None, None
for line in sys.stdin.read().splitlines():
    host, certificate = line.split()
    if certificate != last:
        try:
            last, context = certificate, server(base64.b64decode(certificate))
        except ssl.SSLError as error:
            context = str(error)
    if isinstance(context, str):
        print(f"-\tserver: {context}")
    else:
        print(shake(context, bytes.fromhex(host[1:]).decode()).replace("\n", " "))
