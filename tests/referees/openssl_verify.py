"""Ask `openssl verify` what it makes of a store and of what a server sends."""

import subprocess

from tests import programs
from tests.pki import pem

ACCEPTED = "OK"


def verdict(folder, store, sent, *options):
    """What it prints about the server certificate `sent[0]`; ACCEPTED where it accepts it.

    `store` are the certificates of the CAfile in their order, `sent` what the server sends;
    `folder` takes the files.
    """
    files = {"store": store, "sent": sent[1:], "server": sent[:1]}
    for name, certificates in files.items():
        (folder / f"{name}.pem").write_bytes(pem(*certificates))
    untrusted = ("-untrusted", folder / "sent.pem") if sent[1:] else ()
    return said(
        "-no-CApath", "-no-CAstore", "-CAfile", folder / "store.pem",
        *untrusted, *options, folder / "server.pem",
    )  # fmt: skip


def said(*arguments):
    """The first error that `openssl verify` prints, without its number and depth, or ACCEPTED."""
    command = [programs.program("openssl"), "verify", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if ran.returncode == 0:
        return ACCEPTED
    errors = [line for line in ran.stderr.splitlines() if line.startswith("error ")]
    assert errors, ran.stderr
    return errors[0].partition(":")[2].strip()
