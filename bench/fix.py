"""`unpin fix --write` of one pin in Java's cacerts against the keytool commands that do the same.

Run as `python -m bench.fix`. The store is this machine's cacerts without the roots of Azure's
PostgreSQL, and with one of its issuing CAs: a JKS and a PKCS12. keytool deletes one entry and
imports three, as the vendor's pages tell; it does not look whether anybody loses a root by it.
Everything is measured in one run; the ratios are what counts.
"""

import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.measuring import CACERTS, UNPIN, compare, run
from tests.unit.stores import jks_writer as writer

from unpin.asn1.textual_encoding import block
from unpin.catalogue.load import load_builtin
from unpin.operations.opening import open_path

PIN = "microsoft-azure-tls-issuing-ca-05-xsign"
PASSWORD = ("-storepass", "changeit")


def pinned_store(path: Path, roots) -> int:
    """Write the JKS store; the number of its entries is returned."""
    pin = load_builtin().certificate(PIN).certificate
    kept = [one for one in open_path(str(CACERTS)).trusted if one.certificate not in roots]
    entries = [writer.trusted(one.alias, one.certificate.der) for one in kept]
    path.write_bytes(writer.store(*entries, writer.trusted("azurepin", pin.der)))
    return len(entries) + 1


def keytool(store: Path, files) -> list[list[str | Path]]:
    common = ["-keystore", store, *PASSWORD]
    return [
        ["keytool", "-delete", "-alias", "azurepin", *common],
        *(
            ["keytool", "-importcert", "-noprompt", "-alias", file.stem, "-file", file, *common]
            for file in files
        ),
    ]


def on_a_copy(original: Path, commands) -> tuple[float, float]:
    """Seconds of all `commands`, and the greatest memory of one, on a fresh copy of the store."""
    copy = original.with_name("copy")
    shutil.copyfile(original, copy)
    results = [run(command) for command in commands(copy)]
    return sum(seconds for seconds, _ in results), max(memory for _, memory in results)


def prove(original: Path, commands, roots, count: int) -> None:
    """Both ways end with the same certificates, or the comparison is worth nothing."""
    on_a_copy(original, commands)
    entries = open_path(str(original.with_name("copy"))).trusted
    held = {one.certificate for one in entries}
    assert len(entries) == count + len(roots) - 1, len(entries)
    assert held >= set(roots)
    assert load_builtin().certificate(PIN).certificate not in held


def main() -> None:
    catalogue = load_builtin()
    roots = [one.certificate for one in catalogue.roots_of(catalogue.profile())]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"root{number}.pem" for number in range(len(roots))]
        for file, root in zip(files, roots, strict=True):
            file.write_text(block("CERTIFICATE", root.der))
        jks, p12 = folder / "pinned.jks", folder / "pinned.p12"
        count = pinned_store(jks, roots)
        convert = ["keytool", "-importkeystore", "-srckeystore", jks, "-destkeystore", p12]
        passwords = ["-srcstorepass", "changeit", "-deststorepass", "changeit"]
        subprocess.run(
            [*convert, *passwords, "-deststoretype", "pkcs12"], check=True, capture_output=True
        )
        ways = {
            "unpin fix --write": lambda store: [[*UNPIN, "fix", "--write", "--no-backup", store]],
            f"keytool, {1 + len(files)} commands": partial(keytool, files=files),
        }
        for original in (jks, p12):
            for commands in ways.values():
                prove(original, commands, roots, count)
            times = compare(
                {what: partial(on_a_copy, original, commands) for what, commands in ways.items()},
                runs=7,
            )
            print(f"{original.suffix[1:]}, {count} entries, 1 pin out, {len(roots)} roots in")
            for what, one in times.items():
                print(f"  {what:20} {one}")
            ours, theirs = times.values()
            print(
                f"  ratio of the fastest {ours.best / theirs.best:.2f}x, of the medians "
                f"{ours.median / theirs.median:.2f}x"
            )


if __name__ == "__main__":
    main()
