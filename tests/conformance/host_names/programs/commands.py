"""Dial with a command a pair: commands.py s_client|psql|gnutls-cli ROOT < "host in hex, port" lines."""

import ipaddress
import subprocess
import sys


def s_client(host, port, root):
    try:
        ipaddress.ip_address(host)
        name = ["-verify_ip", host]
    except ValueError:
        name = ["-verify_hostname", host]
    return ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", root, *name,
            "-no-CApath", "-no-CAstore", "-verify_return_error", "-brief"]  # fmt: skip


def psql(host, port, root):
    conninfo = (
        f"host='{host}' hostaddr=127.0.0.1 port={port} user=u dbname=d connect_timeout=20 "
        f"sslmode=verify-full sslrootcert={root}"
    )
    return ["psql", "-XAtc", "select 1", conninfo]


def gnutls_cli(host, port, root):
    return ["gnutls-cli", f"--x509cafile={root}", f"--verify-hostname={host}", "--disable-sni",
            f"--port={port}", "127.0.0.1"]  # fmt: skip


COMMANDS = {
    "s_client": (s_client, "CONNECTION ESTABLISHED"),
    "psql": (psql, "names were taken"),
    "gnutls-cli": (gnutls_cli, "Handshake was completed"),
}
command, sign = COMMANDS[sys.argv[1]]
for line in sys.stdin.read().splitlines():
    host, port = line.split()
    words = command(bytes.fromhex(host[1:]).decode(), port, sys.argv[2])
    ran = subprocess.run(words, capture_output=True, text=True, errors="replace", input="")
    said = " ".join((ran.stdout + ran.stderr).split())
    print("+" if sign in said else f"-\t{said}", flush=True)
