"""`unpin convert` of a bundle of 150 certificates to PKCS12 against a loop of keytool imports.

Run as `python -m bench.convert`. keytool imports the first certificate of a file alone, so the
bundle is cut into files first, which does not count. The loop runs once: it takes a minute.
"""

import subprocess
import tempfile
from pathlib import Path

from bench.measuring import CACERTS, UNPIN, best, run

from unpin.asn1.textual_encoding import block
from unpin.model.certificate import Certificate
from unpin.operations.opening import open_path
from unpin.stores.opening import Password

COUNT = 150
PASSWORD = ("-storepass", "changeit")


def bundle() -> list[Certificate]:
    """This machine's roots and, to make up the number, certificates with another signature."""
    found = [entry.certificate for entry in open_path(str(CACERTS)).trusted][:COUNT]
    more = (Certificate(one.der[:-1] + bytes([one.der[-1] ^ 1])) for one in found)
    return [*found, *(next(more) for _ in range(COUNT - len(found)))]


def held(path: Path) -> set[Certificate]:
    store = open_path(str(path), Password("changeit", "the benchmark"))
    return {entry.certificate for entry in store.trusted}


def main() -> None:
    certificates = bundle()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, ours, theirs = folder / "bundle.pem", folder / "unpin.p12", folder / "keytool.p12"
        source.write_text("".join(block("CERTIFICATE", one.der) for one in certificates))
        seconds, memory = best([*UNPIN, "convert", source, "-o", ours, "--force"])
        loop, peak = 0.0, 0.0
        for number, one in enumerate(certificates):
            file = folder / "one.pem"
            file.write_text(block("CERTIFICATE", one.der))
            command = ["keytool", "-importcert", "-noprompt", "-alias", f"c{number}", "-file", file]
            took, most = run([*command, "-keystore", theirs, "-storetype", "PKCS12", *PASSWORD])
            loop, peak = loop + took, max(peak, most)
        assert held(ours) == held(theirs) == set(certificates)
        listed = subprocess.run(
            ["keytool", "-list", "-keystore", ours, *PASSWORD], check=True, capture_output=True
        )
        assert listed.stdout.count(b"trustedCertEntry") == COUNT
    print(f"{COUNT} certificates of a PEM bundle to PKCS12")
    print(f"  unpin convert        {seconds:7.3f} s {memory:4.0f} MiB")
    print(f"  keytool, {COUNT} times   {loop:7.3f} s {peak:4.0f} MiB")
    print(f"  ratio {seconds / loop:.4f}x")


if __name__ == "__main__":
    main()
