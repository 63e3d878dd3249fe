"""`unpin audit cacerts` against `keytool -list -v`, and 1,000 stores against sha256sum.

Run as `python -m bench.audit`. Everything is measured in one run, best of several in turn; the
ratios are what counts. Memory is that of the largest process.
"""

import base64
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.measuring import CACERTS, UNPIN, Times, compare, run, stores

from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.operations.opening import open_path
from unpin.stores.formats import EncodeOptions, ProtectionScheme
from unpin.stores.pkcs12.encoder import encode

COUNT = 1000
COPIES = 1000


def whole_process() -> None:
    keytool = ["keytool", "-list", "-v", "-keystore", CACERTS, "-storepass", "changeit"]
    commands = {
        "unpin audit cacerts": [*UNPIN, "audit", CACERTS],
        "keytool -list -v": keytool,
        "unpin rehearse cacerts": [*UNPIN, "rehearse", CACERTS],
        "unpin fix cacerts": [*UNPIN, "fix", CACERTS],
        "unpin --version": [*UNPIN, "--version"],
        "import typer": [sys.executable, "-c", "import typer"],
        "import tabulate": [sys.executable, "-c", "import tabulate"],
        "python alone": [sys.executable, "-c", "pass"],
    }
    times = compare({name: partial(run, command) for name, command in commands.items()})
    for name, one in times.items():
        print(f"{name:22} {one}")
    ours, theirs = times["unpin audit cacerts"], times["keytool -list -v"]
    print(
        f"ratio of the fastest {ours.best / theirs.best:.2f}x, of the medians "
        f"{ours.median / theirs.median:.2f}x, of memory {ours.memory / theirs.memory:.2f}x"
    )


def thousand() -> None:
    """1,000 different stores of cacerts, of which one certificate is new in each."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = stores(_made(folder, "jks"), COUNT)
        _against_sha256sum("JKS", paths)
        _memory_of_list(paths[0].parent)
        _against_sha256sum("PEM", [_bundle(path, _made(folder, "pem")) for path in paths])
        keyless = [_password_less(path, _made(folder, "pkcs12")) for path in paths]
        _against_sha256sum("PKCS12 without a password", keyless)


def copies() -> None:
    """10,000 places with the bytes of ten stores."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        apart = _made(folder, "copies")
        paths = []
        for path in stores(folder, 10):
            data = path.read_bytes()
            paths += [apart / f"{path.stem}-{number}.jks" for number in range(COPIES)]
            for copy in paths[-COPIES:]:
                copy.write_bytes(data)
        _against_sha256sum("copies of ten JKS", paths)


def _against_sha256sum(what: str, paths: list[Path]) -> None:
    folder = paths[0].parent
    audit = [*UNPIN, "audit", "--format", "jsonl"]
    commands = {
        "sha256sum": ["sha256sum", *map(str, paths)],
        "unpin audit": [*audit, folder],
        "unpin audit --jobs 1": [*audit, "--jobs", "1", folder],
    }
    times = compare({name: partial(run, command) for name, command in commands.items()}, runs=3)
    print(f"{len(paths)} {what}, {sum(path.stat().st_size for path in paths) / 2**20:.0f} MiB")
    for name, measured in times.items():
        print(f"  {name:22} {measured}  {_ratio(measured, times['sha256sum'])}")


def _memory_of_list(folder: Path) -> None:
    for output in ("jsonl", "table"):
        seconds, memory = run([*UNPIN, "list", "--format", output, folder])
        print(f"  unpin list, {output:10} {seconds:.3f} s {memory:4.0f} MiB")


def _ratio(ours: Times, theirs: Times) -> str:
    return f"{ours.best / theirs.best:.1f}x"


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    return made


def _bundle(path: Path, folder: Path) -> Path:
    """The certificates of a store as a bundle."""
    blocks = []
    for entry in open_path(str(path)).trusted:
        text = base64.b64encode(entry.certificate.der).decode("ascii")
        lines = (text[at : at + 64] for at in range(0, len(text), 64))
        blocks += ["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"]
    bundle = folder / f"{path.stem}.pem"
    bundle.write_text("\n".join(blocks) + "\n", encoding="ascii")
    return bundle


def _password_less(path: Path, folder: Path) -> Path:
    """The certificates of a store as a PKCS12 like the cacerts of JDK 18: no key derivation."""
    store = open_path(str(path))
    entries = tuple(replace(entry, raw=b"") for entry in store.trusted)
    new = Store(path.stem, Format.PKCS12, entries)
    options = EncodeOptions(scheme=ProtectionScheme.PASSWORD_LESS)
    made = folder / f"{path.stem}.p12"
    made.write_bytes(encode(new, password=None, options=options).data)
    return made


if __name__ == "__main__":
    whole_process()
    thousand()
    copies()
