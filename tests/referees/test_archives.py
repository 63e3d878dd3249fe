"""Of a ZIP archive, unpin reads what Java reads; in trees without planted stores it finds none."""

import json
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import programs
from tests.cli.inside import unpin
from unpin.files.archives.bounds import Account
from unpin.files.archives.members import FoundFile
from unpin.files.archives.recognition import ArchiveKind
from unpin.files.archives.walk import Search, walk_archive

PROGRAM = """
import java.util.zip.*;
class Read {
    public static void main(String[] args) throws Exception {
        try (ZipFile zip = new ZipFile(args[0])) {
            for (var each : zip.stream().map(ZipEntry::getName).distinct().toList())
                System.out.println(each + "=" + new String(
                    zip.getInputStream(zip.getEntry(each)).readAllBytes()));
        }
    }
}
"""


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.referee
def test_of_a_name_that_is_there_twice_java_reads_the_last(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("x", "first"), ("y", "only"), ("x", "last"), ("../z", "out")):
            archive.writestr(name, text)
    (tmp_path / "Read.java").write_text(PROGRAM)
    java = programs.program("java")
    said = programs.run(java, tmp_path / "Read.java", path).stdout.decode().split()
    with path.open("rb") as stream:
        search = Search(Account("a"), lambda data: True, lambda name: False)
        items = list(walk_archive(ArchiveKind.ZIP, stream, "a", search))
    ours = [
        f"{item.name.removeprefix('a!/')}={item.data.decode()}"
        for item in items
        if isinstance(item, FoundFile)
    ]
    assert sorted(ours) == sorted(said) == ["../z=out", "x=last", "y=only"]


def found(folder, *options):
    document = json.loads(unpin("list", "--format", "json", *options, folder).stdout)
    return document["stores"], [error["source"] for error in document["errors"]]


@pytest.mark.referee
def test_a_jdk_has_its_cacerts_and_nothing_else():
    home = Path(programs.program("keytool")).resolve().parents[1]
    stores, errors = found(home)
    assert errors == []
    names = {store["source"].rpartition("/")[2] for store in stores}
    assert names == {"cacerts"}


def test_the_standard_library_has_the_stores_of_its_tests_and_of_pip_alone():
    """Texts that name BEGIN markers, such as ssl.py, are no stores."""
    folder = sysconfig.get_path("stdlib")
    stores, errors = found(folder, "--exclude", "site-packages/", "--exclude", "dist-packages/")
    sources = [*(store["source"] for store in stores), *errors]
    places = [source.removeprefix(f"{folder}/") for source in sources]
    known = ("test/", "ensurepip/_bundled/")
    assert [place for place in places if not place.startswith(known)] == []
    without = [s["source"] for s in stores if not any(e["sha256"] for e in s["entries"])]
    assert [source.rpartition("/")[2] for source in without] == ["badcert.pem"]
