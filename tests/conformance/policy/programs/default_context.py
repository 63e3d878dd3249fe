"""Python's default context, as a program has it: `PORT STORE.pem` a line, "ok" or OpenSSL's words."""

import socket
import ssl
import sys

for line in sys.stdin:
    port, store = line.split()
    context = ssl.create_default_context(cafile=store)
    context.check_hostname = False
    try:
        raw = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
        with raw, context.wrap_socket(raw, server_hostname="server.test"):
            print("ok", flush=True)
    except ssl.SSLCertVerificationError as error:
        print(error.verify_message, flush=True)
