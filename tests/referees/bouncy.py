"""Run BouncyCastle on stores, and put its listing and unpin's into the same rows.

`python -m tests.referees.bouncy` makes fixtures/bouncycastle anew.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import programs
from tests.pki import Authority
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import TrustedEntry, UnreadableEntry

JAR = Path("/usr/share/java/bcprov.jar")
JSSE = [JAR.with_name(f"{jar}.jar") for jar in ("bcprov", "bcutil", "bcpkix", "bctls")]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "bouncycastle"
KEPT = (
    "bks-1.bks",
    "bks-2.bks",
    "uber.ubr",
    "bcfks-ccm.bcfks",
    "bcfks-kwp.bcfks",
    "bcfks-scrypt.bcfks",
    "bcfks-sha3.bcfks",
    "bcfks-signed.bcfks",
)
REFUSED = "refused"
LISTING = "listing.tsv"


def needs_bouncycastle():
    """Skip the test, or fail it in CI, where there is no Java or no BouncyCastle."""
    programs.program("java")
    if not JAR.exists():
        programs.not_run(programs.lacking(f"no {JAR}", programs.debian("libbcprov-java")))
    programs.note(f"BouncyCastle ({JAR.resolve()})")


def needs_jsse():
    """Skip the test, or fail it in CI, where there is no Java or no JSSE provider for it."""
    needs_bouncycastle()
    if not all(jar.exists() for jar in JSSE):
        programs.not_run(programs.lacking(f"no {JSSE[-1]}", programs.debian("libbctls-java")))


def needs_twofish():
    """Skip the test, or fail it in CI, where the extra for UBER is not installed."""
    try:
        import oxifish  # noqa: F401
    except ImportError:
        programs.not_run(
            programs.lacking("no oxifish, the Twofish of the extra uber", "pip install unpin[uber]")
        )


def run(action, folder):
    """The listing of the stores that `folder`/stores.tsv names; "make" makes them first."""
    program = Path(__file__).with_name("Bouncy.java")
    command = ["java", "-cp", str(JAR), str(program), action, str(folder)]
    ran = subprocess.run(
        command, capture_output=True, text=True, encoding="ascii", timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def make(folder):
    """Let BouncyCastle make one store of every kind; return the listing, which it keeps there."""
    root = Authority("Root")
    leaf = Authority("leaf", root, ca=False)
    key = leaf.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    (folder / "root.der").write_bytes(root.certificate.der)
    (folder / "leaf.der").write_bytes(leaf.certificate.der)
    (folder / "leaf.p8").write_bytes(key)
    listing = run("make", folder)
    (folder / LISTING).write_text(listing, encoding="ascii")
    return listing


def manifest(folder):
    """Name, type and password (None for null) of each store in `folder`/stores.tsv."""
    lines = (folder / "stores.tsv").read_text(encoding="ascii").splitlines()
    for name, kind, password in (line.split("\t") for line in lines):
        yield name, kind, None if password == "-" else unhex(password)


def write_manifest(folder, *stores):
    """Write `folder`/stores.tsv of (name, type, password)."""
    lines = (
        f"{name}\t{kind}\t{'-' if password is None else hexed(password)}\n"
        for name, kind, password in stores
    )
    (folder / "stores.tsv").write_text("".join(lines), encoding="ascii")


def theirs(listing):
    """BouncyCastle's listing: name of the store -> its rows, or REFUSED."""
    stores = {}
    for name, *fields in (line.split("\t") for line in listing.splitlines()):
        if fields[0] == REFUSED:
            stores[name] = REFUSED
            continue
        alias, kind, date, *chain = fields
        stores.setdefault(name, set()).add((unhex(alias), kind, int(date), *chain))
    return stores


def ours(store):
    """The rows of those entries of a Store that Java sees."""
    hidden = hidden_from_java(store)
    rows = set()
    for index, entry in enumerate(store.entries):
        if index in hidden or isinstance(entry, UnreadableEntry):
            continue
        trusted = isinstance(entry, TrustedEntry)
        chain = (entry.certificate,) if trusted else entry.chain
        rows.add(
            (
                entry.alias,
                "certificate" if trusted else "key",
                entry.created_ms,
                *(certificate.sha256 for certificate in chain),
            )
        )
    return rows


def hexed(text):
    return text.encode("utf-16-be", "surrogatepass").hex()


def unhex(digits):
    return bytes.fromhex(digits).decode("utf-16-be", "surrogatepass")


def make_fixtures():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listing = make(folder)
        FIXTURES.mkdir(parents=True, exist_ok=True)
        for store in KEPT:
            shutil.copyfile(folder / store, FIXTURES / store)
        kept = [one for one in manifest(folder) if one[0] in KEPT]
        write_manifest(FIXTURES, *kept)
        lines = [line for line in listing.splitlines() if line.split("\t")[0] in KEPT]
        (FIXTURES / LISTING).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    sys.exit(make_fixtures())
