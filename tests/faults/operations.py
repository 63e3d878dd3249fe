"""The writes that faults are injected into, on a real JKS store, and what must hold after them.

A scene is a folder:

    s.jks                   the store, with one entry; its backup and two bystanders beside it
    link.jks -> s.jks       by which the writes are called
    there.pem               a file that `unpin convert --force` replaces
    secret.jks, s.jks.txt   bystanders, which no write may touch
"""

import io
import os
import re
import ssl
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache
from pathlib import Path

import unpin.catalogue
from tests.unit.stores import jks_writer as w
from unpin.files.backups import digest_of
from unpin.files.replacement import create, exclusive, undo
from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.errors import NotWrittenError, UnpinError
from unpin.stores.encoders import encode
from unpin.stores.opening import open_bytes

_PEMS = Path(unpin.catalogue.__file__).parent / "certificates"
ROOT, OTHER, EARLIER = (
    Certificate(ssl.PEM_cert_to_DER_cert((_PEMS / f"digicert-global-root-{name}.pem").read_text()))
    for name in ("ca", "g2", "g3")
)
"""The same in every process."""
DATE = 1_700_000_000_000
BEFORE = w.store(w.trusted("root", ROOT.der, date=DATE))
AFTER = w.store(w.trusted("root", ROOT.der, date=DATE), w.trusted("new", OTHER.der, date=DATE))
BACKED_UP = w.store(w.trusted("earlier", EARLIER.der, date=DATE))
BACKUP = f"s.jks.unpin-20200101T000000.000000Z-{digest_of(BACKED_UP)}.bak"
BYSTANDERS = {"secret.jks": b"another store", "s.jks.txt": b"a note"}
THERE = b"a file that --force replaces"

TEMPORARY = re.compile(r"\..*\.unpin-[0-9a-f]{8}\.tmp")
KEPT = re.compile(r"s\.jks\.unpin-\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{32}\.(bak|undone)")


def scene(folder):
    """Lay out the files in a new folder."""
    folder.mkdir()
    (folder / "s.jks").write_bytes(BEFORE)
    (folder / "s.jks").chmod(0o640)
    (folder / "link.jks").symlink_to("s.jks")
    (folder / "there.pem").write_bytes(THERE)
    (folder / BACKUP).write_bytes(BACKED_UP)
    for name, data in BYSTANDERS.items():
        (folder / name).write_bytes(data)
    return folder


def add_entry(path, alias="new", certificate=OTHER, *, backup=True):
    """Read, change and write the store, as `fix` does."""
    with exclusive(path, path.name) as target:
        store = open_bytes(target.data, source=path.name)
        entry = TrustedEntry(alias, certificate, b"", DATE)
        changed = replace(store, entries=(*store.entries, entry))

        def same(data):
            written = open_bytes(data, source=path.name)
            pairs = [(one.alias, one.certificate) for one in written.entries]
            if pairs != [(one.alias, one.certificate) for one in changed.entries]:
                raise NotWrittenError(f"{path.name}: other entries than were meant")

        target.replace(encode(changed, password=store.password), check=same, backup=backup)


def _new_file(folder):
    create(folder / "new.jks", "new.jks", AFTER, check=_readable)


def _readable(data):
    open_bytes(data, source="new.jks")


OPERATIONS = {
    "replace": lambda folder: add_entry(folder / "link.jks"),
    "replace-no-backup": lambda folder: add_entry(folder / "link.jks", backup=False),
    "undo": lambda folder: undo(folder / "link.jks", "link.jks"),
    "create": _new_file,
}


def _called(*words):
    """A call of the command line in this process; `words` with a dot are files of the scene.

    What it prints on standard output goes nowhere: that of a stage is its answer.
    """

    def call(folder):
        from unpin.cli import main

        os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
        sys.argv = ["unpin", *(str(folder / word) if "." in word else word for word in words)]
        with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
            main()

    return call


COMMANDS = {
    "unpin fix": _called("fix", "--write", "--client", "java", "--at", "2026-11-24", "link.jks"),
    "unpin fix tree": _called(
        *("fix", "--write", "--client", "java", "--at", "2026-11-24"),
        *("--exclude", "secret*", "--exclude", "there*", "."),
    ),
    "unpin convert": _called("convert", "link.jks", "-o", "new.pem"),
    "unpin convert over": _called("convert", "link.jks", "-o", "there.pem", "--force"),
    "unpin fix out": _called("fix", "--client", "java", "link.jks", "-o", "new.out"),
    "unpin undo": _called("fix", "--undo", "link.jks"),
}
"""The commands that write, as a user calls them."""

NEW_FILES = {"create": "new.jks", "unpin convert": "new.pem", "unpin fix out": "new.out"}
"""The operations that make a new file, and its name."""

REPLACED = {"unpin convert over": "there.pem"}
"""The file that an operation replaces, where it is not the store."""


@cache
def results(operation):
    """The files of the scene after an operation that nothing happens to."""
    with tempfile.TemporaryDirectory() as base:
        folder = scene(Path(base) / "scene")
        perform_well(operation, folder)
        return {
            one.name: one.read_bytes() for one in folder.iterdir() if not KEPT.fullmatch(one.name)
        }


def perform(operation, folder):
    """Run the operation as the command line would: the exit code, with an error line on stderr.

    Written with writev, which nothing else here calls: the faults do not meet it.
    """
    try:
        (OPERATIONS | COMMANDS)[operation](folder)
    except SystemExit as end:
        return end.code or 0
    except UnpinError as error:
        os.writev(2, [f"unpin: error: {error.message}\n".encode()])
        return error.exit_code
    except OSError as error:
        os.writev(2, [f"Traceback: {error!r}\n".encode()])
        return 99
    except KeyboardInterrupt:
        return 130
    return 0


def perform_well(operation, folder):
    """Run the operation without a word."""
    with redirect_stderr(io.StringIO()) as said:
        code = perform(operation, folder)
    assert code == 0, f"{operation}: exit code {code}: {said.getvalue()}"


def harm(operation, folder):
    """What is wrong in the folder after a fault; an empty list if the old or the new is whole."""
    wrong = []
    files = {one.name: one.read_bytes() for one in folder.iterdir() if one.name != "link.jks"}
    store = files.pop("s.jks", None)
    meant = results(operation)
    if store not in (BEFORE, meant["s.jks"]):
        wrong.append("s.jks is neither the old store nor the new one")
    if store is not None and not _opens(store):
        wrong.append("s.jks does not open")
    if (folder / "link.jks").readlink() != Path("s.jks"):
        wrong.append("the link is another")
    kept = [data for name, data in files.items() if KEPT.fullmatch(name)]
    if any(data not in (BEFORE, BACKED_UP) for data in kept):
        wrong.append("a backup is not what was there before")
    if BACKED_UP not in [store, *kept] or (BEFORE not in [store, *kept] and "no" not in operation):
        wrong.append("something that was there before is nowhere")
    made = {name: files.pop(name) for name in NEW_FILES.values() if name in files}
    wrong += [f"{name} is not whole" for name, data in made.items() if data != meant.get(name)]
    if files.pop("there.pem", None) not in (THERE, meant["there.pem"]):
        wrong.append("there.pem is neither the old file nor the new one")
    if {name: data for name, data in files.items() if name in BYSTANDERS} != BYSTANDERS:
        wrong.append("a bystander was touched")
    known = (name for name in files if not (KEPT.fullmatch(name) or name in BYSTANDERS))
    wrong += [f"{name} is left" for name in known if not TEMPORARY.fullmatch(name)]
    return wrong


def kept(folder):
    """The backups, oldest first: that of the scene, and then what came since."""
    return sorted(one for one in folder.iterdir() if KEPT.fullmatch(one.name))


def temporaries(folder):
    return sorted(one.name for one in folder.iterdir() if TEMPORARY.fullmatch(one.name))


def _opens(data):
    try:
        open_bytes(data, source="s.jks")
    except UnpinError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(perform(sys.argv[1], Path(sys.argv[2])))
