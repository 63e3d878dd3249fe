"""The writes that faults are injected into, on a real JKS store, and what must hold after them.

A scene is a folder:

    s.jks                   the store, with one entry; its backup and two bystanders beside it
    link.jks -> s.jks       by which the writes are called
    secret.jks, s.jks.txt   bystanders, which no write may touch
"""

import os
import re
import ssl
import sys
from dataclasses import replace
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

TEMPORARY = re.compile(r"\..*\.unpin-[0-9a-f]{8}\.tmp")
KEPT = re.compile(r"s\.jks\.unpin-\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{32}\.(bak|undone)")


def scene(folder):
    """Lay out the files in a new folder."""
    folder.mkdir()
    (folder / "s.jks").write_bytes(BEFORE)
    (folder / "s.jks").chmod(0o640)
    (folder / "link.jks").symlink_to("s.jks")
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
RESULT = {"replace": AFTER, "replace-no-backup": AFTER, "undo": BACKED_UP, "create": BEFORE}
"""What is in s.jks when the operation succeeds."""


def perform(operation, folder):
    """Run the operation as the command line would: the exit code, with an error line on stderr.

    Written with writev, which nothing else here calls: the faults do not meet it.
    """
    try:
        OPERATIONS[operation](folder)
    except UnpinError as error:
        os.writev(2, [f"unpin: error: {error.message}\n".encode()])
        return error.exit_code
    except OSError as error:
        os.writev(2, [f"Traceback: {error!r}\n".encode()])
        return 99
    except KeyboardInterrupt:
        return 130
    return 0


def harm(operation, folder):
    """What is wrong in the folder after a fault; an empty list if the old or the new is whole."""
    wrong = []
    files = {one.name: one.read_bytes() for one in folder.iterdir() if one.name != "link.jks"}
    store = files.pop("s.jks", None)
    if store not in (BEFORE, RESULT[operation]):
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
    if files.pop("new.jks", AFTER) != AFTER:
        wrong.append("new.jks is not whole")
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
