"""The audit of a tree, of an archive and of an image is the union of the audits of their files."""

import io
import json
import tarfile
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests import images
from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.rules.stores import roots
from tests.unit.stores import jks_writer as w

PIN = Authority("Some Issuing CA", Authority("Some Root"))
JKS = w.store(w.trusted("pin", PIN.certificate.der))
FILES = {
    "jks": JKS,
    "pem": pem(*roots()),
    "pin": pem(PIN.certificate),
    "der": PIN.certificate.der,
    "text": b"hello\n",
    "class": b"\xca\xfe\xba\xbe" + bytes(40),
    "broken": JKS[:-9],
}
FOLDERS = st.lists(st.sampled_from(["a", "b", "lib"]), max_size=3).map("/".join)
NAMES = st.sampled_from(["trust", "ca.pem", "x.jks", "y", "cacerts"])


@st.composite
def trees(draw):
    tree = {}
    for folder in draw(st.lists(FOLDERS, min_size=1, max_size=4)):
        name = draw(NAMES)
        tree[f"{folder}/{name}".lstrip("/")] = FILES[draw(st.sampled_from(sorted(FILES)))]
    folders = {str(above) for path in tree for above in Path(path).parents}
    return {path: data for path, data in tree.items() if path not in folders}


def judged(path, separator):
    """The verdict on each place, and the code of each error, by the path within."""
    result = unpin("audit", "--format", "json", "--at", "2026-06-01", path)
    document = json.loads(result.stdout)
    found = {
        store["source"].rpartition(separator)[2]: (store["status"], store["counts"])
        for store in document["stores"]
    }
    errors = {
        error["source"].rpartition(separator)[2]: error["code"] for error in document["errors"]
    }
    return found, errors


@settings(max_examples=15, deadline=None)
@given(tree=trees())
def test_trees_archives_and_images_are_what_their_files_are(tree):
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "root")
        alone = ({}, {})
        for name, data in tree.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            must = name.endswith((".pem", ".jks", "cacerts"))
            if data[:5] == b"hello" or data[:2] == b"\xca\xfe":
                if must:
                    alone[1][name] = "unknown-format"
                continue
            found, errors = judged(path, f"{root}/")
            alone[0].update(found)
            alone[1].update(errors)
        assert judged(root, f"{root}/") == alone
        with zipfile.ZipFile(Path(scratch, "a.zip"), "w") as archive:
            for name, data in tree.items():
                archive.writestr(name, data)
        assert judged(Path(scratch, "a.zip"), "!/") == alone
        with tarfile.open(Path(scratch, "a.tar.xz"), "w:xz") as archive:
            for name, data in tree.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        assert judged(Path(scratch, "a.tar.xz"), "!/") == alone
        layers = [images.layer({name: data}) for name, data in tree.items()]
        Path(scratch, "i.tar").write_bytes(images.layer(images.oci(layers)))
        assert judged(Path(scratch, "i.tar"), "!/") == alone
