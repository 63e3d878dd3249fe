"""Probe a server on 127.0.0.1: against `openssl s_client`, and its suites against sslyze.

Run as `python -m bench.probe [SSLYZE]`. s_client is a program of C; Python with typer and
pyOpenSSL, and nothing of unpin, takes several times as long before the first octet: "libraries
alone". "The same facts" are the calls of s_client that find the chain and the versions of TLS, as
`probe --no-suites` does. sslyze, a program of Python, has to be named: it needs an older
cryptography than unpin, hence an environment of its own.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measuring import UNPIN, compare, run
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.pki import Authority, pem
from tests.servers import context_of, scripted

SUITES = ("--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = Authority("Root")
        ca = Authority("CA", root)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        server = Authority("localhost", ca, ca=False, key=key)
        (folder / "root.pem").write_bytes(pem(root.certificate))
        context = context_of(folder / "server", server, ca.certificate, suites="ALL:@SECLEVEL=0")

        def talk(found):
            with context.wrap_socket(found, server_side=True) as session:
                session.recv(1)

        with scripted(talk) as port:
            measure(folder, f"localhost:{port}")


def measure(folder: Path, address: str) -> None:
    probe = [*UNPIN, "probe", "--store", folder / "root.pem", "--starttls", "none", address]
    s_client = ["sh", "-c", f"openssl s_client -showcerts -connect {address} </dev/null"]
    versions = ("-tls1", "-tls1_1", "-tls1_2", "-tls1_3")
    each = [f"openssl s_client {version} -connect {address} </dev/null" for version in versions]
    calls = {
        "openssl s_client": s_client,
        "the same facts": ["sh", "-c", "; ".join((s_client[-1], *each))],
        "libraries alone": [sys.executable, "-c", "import typer, OpenSSL.SSL"],
        "unpin --version": [*UNPIN, "--version"],
        "probe --no-versions": [*probe, "--no-versions"],
        "probe --no-suites": [*probe, "--no-suites"],
        "probe": probe,
    }
    words = {name: list(map(str, call)) for name, call in calls.items()}
    times = compare({name: lambda call=call: run(call) for name, call in words.items()})
    base = times["openssl s_client"].best
    for name, found in times.items():
        print(f"{name:20} {found}  {found.best / base:5.1f}x s_client")
    if len(sys.argv) > 1:
        against_sslyze(sys.argv[1], folder, address, words["probe"], times["probe"].best)


def against_sslyze(sslyze, folder: Path, address: str, probe: list[str], seconds: float) -> None:
    """The time of sslyze for the same suites, and the suites that only one of the two found."""
    scan = [sslyze, *SUITES, "--certinfo", f"--json_out={folder / 'sslyze.json'}", address]
    taken, _ = run(scan)
    print(f"{'sslyze':20} {taken:.3f} s; probe takes {seconds / taken:.2f} of it")
    answer = json.loads((folder / "sslyze.json").read_text())["server_scan_results"][0]
    theirs = {
        suite["cipher_suite"]["openssl_name"]
        for name, found in answer["scan_result"].items()
        if name.endswith("_cipher_suites")
        for suite in found["result"]["accepted_cipher_suites"]
    }
    said = subprocess.run([*probe, "--format", "json"], capture_output=True, check=False).stdout
    ours = {suite for each in json.loads(said)["servers"][0]["suites"] for suite in each["suites"]}
    print(f"suites: {len(ours & theirs)} in both, only unpin {sorted(ours - theirs)}, "
          f"only sslyze {sorted(theirs - ours)}")  # fmt: skip


if __name__ == "__main__":
    main()
