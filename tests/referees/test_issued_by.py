"""Who issued whom, says openssl over the system's roots and the catalogue, and so says unpin."""

import subprocess
from pathlib import Path

import pytest

from tests import programs
from tests.pki import Authority, pem
from unpin.catalogue.load import load_builtin
from unpin.operations.opening import open_path
from unpin.pki.signatures import Signed, verify_issuer, verify_self_signed

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
OLD = Authority("Root")
NEW = Authority("Root")
DRAWN = (OLD, NEW, Authority("Leaf", OLD), Authority("Leaf", NEW), Authority("Root", NEW))
"""Two roots of one name, a leaf of each, and the name signed by the other key."""


def certificates():
    if not SYSTEM.exists():
        programs.not_run(programs.lacking(f"no {SYSTEM}", programs.debian("ca-certificates")))
    found = [one.certificate for one in open_path(str(SYSTEM)).trusted]
    found += [one.certificate for one in load_builtin().certificates if one.certificate]
    found += [one.certificate for one in DRAWN]
    return list(dict.fromkeys(found))


def openssl_says(parent, child):
    """Whether the path child, parent verifies with `parent` for an anchor, at any time.

    A self-signed certificate is verified too (-check_ss_sig), and old algorithms are allowed. With
    -partial_chain an anchor vouches for itself, so where parent and child are one, it is left out.
    """
    command = [programs.program("openssl"), "verify", "-check_ss_sig", "-no_check_time"]
    command += ["-partial_chain"] if parent != child else []
    command += ["-auth_level", "0", "-trusted", parent, child]
    ran = subprocess.run(command, capture_output=True, timeout=30)
    return ran.returncode == 0


@pytest.mark.referee
def test_issued(tmp_path):
    found = certificates()
    files = {}
    for number, one in enumerate(found):
        files[one] = tmp_path / f"{number}.pem"
        files[one].write_bytes(pem(one))
    pairs = [
        (parent, child)
        for child in found
        for parent in found
        if parent.fields.subject == child.fields.issuer
        # NOTE: openssl looks for no other issuer of what has signed itself.
        and (parent == child or verify_self_signed(child) is not Signed.YES)
    ]
    assert len(pairs) > 150
    ours = {pair: verify_issuer(*pair) for pair in pairs}
    assert set(ours.values()) == {Signed.YES, Signed.NO}
    for (parent, child), said in ours.items():
        assert openssl_says(files[parent], files[child]) == (said is Signed.YES), (parent, child)
