"""Stores in archives and images, made by the real tools: all are found, where they are."""

import gzip
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import images, programs
from tests.cli.running import unpin
from tests.pki import Authority, pem
from tests.rules.stores import roots
from tests.unit.stores import jks_writer as w
from unpin.files.archives.bounds import FREE_BYTES

ROOT = Authority("Some Root")
PIN = Authority("Some Issuing CA", ROOT)
JKS = w.store(w.trusted("pin", PIN.certificate.der))
PEM = pem(*roots())
DER = ROOT.certificate.der


def zstd(data):
    return subprocess.run(
        [programs.program("zstd"), "-q", "-c"], input=data, capture_output=True, check=True
    ).stdout


def sources(result):
    document = json.loads(result.stdout)
    assert document["errors"] == []
    return sorted(store["source"] for store in document["stores"])


def listed(*paths, **options):
    return sources(unpin("list", "--format", "json", *paths, **options))


@pytest.fixture
def tree(tmp_path):
    """Stores of several kinds below `in`, with a text beside them."""
    folder = tmp_path / "in"
    (folder / "WEB-INF" / "classes").mkdir(parents=True)
    (folder / "WEB-INF" / "classes" / "trust").write_bytes(JKS)
    (folder / "WEB-INF" / "ca.pem").write_bytes(PEM)
    (folder / "WEB-INF" / "root").write_bytes(DER)
    (folder / "WEB-INF" / "README").write_bytes(b"hello\n")
    return folder


INSIDE = ["WEB-INF/ca.pem", "WEB-INF/classes/trust", "WEB-INF/root"]


def packed(tree, name, *command):
    programs.run(programs.program(command[0]), *command[1:], cwd=tree)
    return tree.parent / name


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("a.jar", ("jar", "cf", "../a.jar", ".")),
        ("a.zip", ("zip", "-q", "-r", "../a.zip", ".")),
        ("stored.zip", ("zip", "-q", "-0", "-r", "../stored.zip", ".")),
        ("a.tar", ("tar", "-cf", "../a.tar", ".")),
        ("gnu.tar", ("tar", "--format=v7", "-cf", "../gnu.tar", "WEB-INF")),
        ("a.tar.gz", ("tar", "-czf", "../a.tar.gz", ".")),
        ("a.tar.bz2", ("tar", "-cjf", "../a.tar.bz2", ".")),
        ("a.tar.xz", ("tar", "-cJf", "../a.tar.xz", ".")),
        ("a.tar.zst", ("tar", "-I", "zstd", "-cf", "../a.tar.zst", ".")),
    ],
)
def test_finds_every_store_by_its_content(tree, name, command):
    for needed in ("zstd", command[0]):
        programs.program(needed)
    path = packed(tree, name, *command)
    assert listed(path) == [f"{path}!/{inside}" for inside in INSIDE]
    assert listed(path.parent / "in") == [f"{tree}/{inside}" for inside in INSIDE]


def test_looks_into_archives_within_archives(tree):
    """War > jar > store, in a zip, in a tar.gz: the places are spelled as jar URLs are."""
    jar, tar = programs.program("jar"), programs.program("tar")
    folder = tree.parent
    programs.run(jar, "cf", "lib.jar", "in/WEB-INF/ca.pem", cwd=folder)
    programs.run(jar, "cf", "app.war", "lib.jar", cwd=folder)
    programs.run(programs.program("zip"), "-q", "app.zip", "app.war", cwd=folder)
    programs.run(tar, "-czf", "app.tar.gz", "app.zip", cwd=folder)
    path = folder / "app.tar.gz"
    place = f"{path}!/app.zip!/app.war!/lib.jar!/in/WEB-INF/ca.pem"
    assert listed(path) == [place]
    assert listed(place) == [place]
    assert listed(f"{path}!/app.zip!/app.war") == [place]
    result = unpin("audit", path)
    assert (result.returncode, result.stdout.startswith(place.encode())) == (0, True)


def test_reads_an_archive_from_standard_input(tree):
    path = packed(tree, "a.tar.gz", "tar", "-czf", "../a.tar.gz", ".")
    found = listed("-", stdin=path.read_bytes())
    assert found == [f"standard input!/{inside}" for inside in INSIDE]
    path = packed(tree, "a.zip", "zip", "-q", "-r", "../a.zip", ".")
    found = listed("-", stdin=path.read_bytes())
    assert found == [f"standard input!/{inside}" for inside in INSIDE]


def test_audit_judges_a_member_and_says_how_to_fix_it(tree):
    path = packed(tree, "app.war", "jar", "cf", "../app.war", ".")
    place = f"{path}!/WEB-INF/classes/trust"
    result = unpin("audit", "--profile", "azure-postgresql", place)
    assert result.returncode == 1
    page = result.stdout.decode()
    assert page.startswith(f"{place}: JKS, 1 entry")
    assert f"unpin does not change {path}; the plan says how to build it again" in page
    assert f"   unpin fix --profile azure-postgresql '{place}'\n" in page
    page = unpin("audit", "--profile", "none", place).stdout.decode()
    assert "    unpin convert -o new.p12 trust\n" in page  # as it is called once it is out
    overview = unpin("audit", "--profile", "azure-postgresql", path).stdout.decode()
    assert "the plan of each says how to build the archive again" in overview
    assert f"   unpin fix --profile azure-postgresql {path}\n" in overview
    rehearsed = unpin("rehearse", "--format", "json", "--client", "java", path)
    assert len(json.loads(rehearsed.stdout)["stores"]) == 3


def test_the_command_that_names_a_profile_has_the_place(tmp_path):
    (tmp_path / "own.pem").write_bytes(pem(Authority("Own").certificate))
    path = packed(tmp_path, "a.tar", "tar", "cf", "../a.tar", "own.pem")
    page = unpin("audit", path).stdout.decode()
    assert f"    unpin audit --profile azure-postgresql '{path}!/own.pem'\n" in page


def test_errors_in_an_archive_are_no_copies_of_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.pem", "b.pem"):
            archive.writestr(name, bytes(FREE_BYTES + 1))
    page = unpin("audit", "--width", "0", "a.zip").stdout.decode()
    for name in ("a.pem", "b.pem"):
        assert re.search(rf"UNREADABLE +a.zip +a.zip!/{name}: would decompress", page)
    assert "=> 2 stores: 2 unreadable" in page


def test_convert_refuses_a_member_and_says_how(tree):
    path = packed(tree, "app.war", "jar", "cf", "../app.war", ".")
    before = path.read_bytes()
    place = f"{path}!/WEB-INF/classes/trust"
    result = unpin("convert", place, "-o", "x.pem")
    assert result.returncode == 3
    assert result.stderr.decode() == (
        f"unpin: error: {place}: is in an archive; unpin changes and converts files of their "
        f"own\n  hint: unzip -p {path} WEB-INF/classes/trust > trust takes the store out; fix "
        "that, and build the archive again with it\n"
    )
    assert path.read_bytes() == before
    assert unpin("diff", place, tree / "WEB-INF" / "classes" / "trust").returncode == 0


def test_a_member_is_an_error_only_if_its_name_says_that_it_is_a_store(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "broken.jks").write_bytes(b"no store\n")
    (folder / "text").write_bytes(b"no store\n")
    path = packed(folder, "a.zip", "zip", "-q", "-r", "../a.zip", ".")
    result = unpin("audit", path)
    assert result.returncode == 3
    said = result.stderr.decode()
    assert f"unpin: error: {path}!/broken.jks: not a trust store" in said
    assert f"1 file in folders and archives without a store in it: {path}!/text" in said


def test_what_is_not_there_is_an_error(tree):
    path = packed(tree, "app.war", "jar", "cf", "../app.war", ".")
    result = unpin("list", f"{path}!/WEB-INF/gone.jks")
    assert result.returncode == 3
    assert f"{path}!/WEB-INF/gone.jks: no store is there" in result.stderr.decode()
    (tree.parent / "empty").mkdir()
    empty = packed(tree.parent / "empty", "none.tar", "tar", "-cf", "../none.tar", ".")
    result = unpin("audit", empty)
    assert result.returncode == 4
    assert f"no store found in {empty}" in result.stderr.decode()


BASE = {
    "etc/": None,
    "etc/ssl/cert.pem": PEM,
    "opt/java/cacerts": JKS,
    "opt/gone/trust.jks": JKS,
    "opt/emptied/a.pem": PEM,
    "opt/replaced": JKS,
    "usr/hard": "=>opt/java/cacerts",
    "usr/only": "=>opt/gone/trust.jks",
}
TOP = {
    "opt/gone/.wh.trust.jks": b"",
    "opt/emptied/.wh..wh..opq": b"",
    "opt/emptied/b.pem": PEM,
    "opt/replaced/x": b"",
    "app/app.pem": PEM,
}
LEFT = [(1, "app/app.pem"), (0, "etc/ssl/cert.pem"), (1, "opt/emptied/b.pem")]
LEFT += [(0, "opt/java/cacerts"), (0, "usr/only")]


def layers():
    return [images.layer(BASE), images.layer(TOP)]


def left(name, digests):
    return sorted(f"{name}!sha256:{digests[number]}!/{path}" for number, path in LEFT)


def of_blobs(compress=lambda data: gzip.compress(data, mtime=0)):
    return [images.digest(compress(data)) for data in layers()]


@pytest.mark.parametrize("kind", ["plain", "gzip", "zstd", "nested"])
def test_an_oci_layout_shows_what_its_layers_leave(tmp_path, kind):
    """Whiteouts, an opaque folder, a file that became a folder, hard links: in a folder, in a tar."""
    compress = {"plain": bytes, "zstd": zstd}.get(kind, lambda data: gzip.compress(data, mtime=0))
    files = images.oci(layers(), compress=compress, nested=kind == "nested")
    folder = tmp_path / "layout"
    images.write(folder, files)
    digests = of_blobs(compress)
    assert listed(folder) == left(folder, digests)
    assert listed(tmp_path) == left(folder, digests)
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(files))
    assert listed(path) == left(path, digests)
    place = left(path, digests)[0]
    assert listed(place) == [place]


@pytest.mark.parametrize("save", [images.docker, images.podman])
def test_what_docker_and_podman_save_shows_what_its_layers_leave(tmp_path, save):
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(save(*layers())))
    digests = [images.digest(data) for data in layers()]
    assert listed(path) == left(path, digests)
    place = left(path, digests)[0]
    assert listed(place) == [place]
    zipped = tmp_path / "image.tar.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert listed(zipped) == left(zipped, digests)


def test_several_images_in_a_layout_are_shown_together(tmp_path):
    """The second image has no top layer: what the first deleted is there."""
    base, top = layers()
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(images.oci([base, top], [base])))
    digests = of_blobs()
    more = ["opt/emptied/a.pem", "opt/gone/trust.jks", "opt/replaced"]
    wanted = {*left(path, digests), *(f"{path}!sha256:{digests[0]}!/{each}" for each in more)}
    assert set(listed(path)) - {f"{path}!sha256:{digests[0]}!/usr/only"} == wanted - {
        f"{path}!sha256:{digests[0]}!/usr/only"
    }


def test_a_layer_may_have_any_name_for_a_folder(tmp_path):
    """As builders other than docker name them; the configuration says the digest."""
    named = {f"{images.digest(b'id' + data)}/": f"{at}/" for at, data in enumerate(layers())}
    files = {}
    for name, data in images.docker(*layers()).items():
        for digest, short in named.items():
            name = name.replace(digest, short)  # noqa: PLW2901
            data = data.replace(digest.encode(), short.encode())  # noqa: PLW2901
        files[name] = data
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(files))
    assert listed(path) == left(path, [images.digest(data) for data in layers()])


def test_a_layer_that_is_not_there_is_an_error(tmp_path):
    files = images.oci(layers())
    digests = of_blobs()
    del files[f"blobs/sha256/{digests[0]}"]
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(files))
    result = unpin("list", "--format", "json", path)
    assert result.returncode == 3
    (error,) = json.loads(result.stdout)["errors"]
    assert error["code"] == "unreadable-archive"
    assert error["message"].startswith(f"{path}!sha256:{digests[0]}: the layer is named by")
    assert error["source"] == str(path)


def test_a_tar_that_looks_like_an_image_and_is_none_is_read_as_a_tar(tmp_path):
    name = f"{images.digest(b'x')}.tar"
    path = tmp_path / "a.tar"
    path.write_bytes(images.layer({name: images.layer({"ca.pem": PEM}), "manifest.json": b"{}"}))
    assert listed(path) == [f"{path}!/{name}!/ca.pem"]


def test_the_audit_of_an_image_is_the_audit_of_its_file_system(tmp_path):
    path = tmp_path / "image.tar"
    path.write_bytes(images.layer(images.oci(layers())))
    plain = [{k: v for k, v in each.items() if not isinstance(v, str)} for each in (BASE, TOP)]
    folder = tmp_path / "root"
    images.unpack(folder, plain)
    (folder / "usr").mkdir()
    (folder / "usr" / "only").write_bytes(JKS)

    def judged(result, prefix):
        return {
            Path(prefix(store["source"])): (store["status"], store["counts"])
            for store in json.loads(result.stdout)["stores"]
        }

    of_image = judged(unpin("audit", "--format", "json", path), lambda name: name.split("!/")[1])
    of_tree = judged(
        unpin("audit", "--format", "json", folder), lambda name: name.removeprefix(f"{folder}/")
    )
    assert of_image == of_tree
