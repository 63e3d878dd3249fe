"""A catalogue that contradicts itself, its bytes or its form is refused by name."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from unpin.catalogue.load import load, load_path
from unpin.catalogue.model import Catalogue
from unpin.catalogue.verify import verify
from unpin.model.certificate import Certificate
from unpin.model.errors import CatalogueError

DOCS = (Path(__file__).parents[3] / "docs" / "catalogue.md").read_text("utf-8")
(TOML,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
PEMS = {
    slug: text.encode()
    for slug, text in re.findall(r"`certificates/(\S+)\.pem`:\n\n```pem\n(.*?)```", DOCS, re.DOTALL)
}


def test_the_example_of_the_docs_loads_and_proves_itself(tmp_path: Path) -> None:
    (tmp_path / "certificates").mkdir()
    for slug, data in PEMS.items():
        (tmp_path / "certificates" / f"{slug}.pem").write_bytes(data)
    (tmp_path / "example.toml").write_text(TOML, "utf-8")
    catalogue = load_path(tmp_path / "example.toml", tmp_path / "nothing")
    other = load(TOML, PEMS)
    for field in fields(catalogue):
        assert getattr(catalogue, field.name) == getattr(other, field.name)
    assert verify(catalogue)[:4] == (
        "example-root-1: bytes agree with SHA-256 " + catalogue.by_slug["example-root-1"].sha256,
        "example-issuing-1: facts only",
        "example-root-2: bytes agree with SHA-256 " + catalogue.by_slug["example-root-2"].sha256,
        "example-issuing-2: facts only",
    )
    assert verify(catalogue)[4:6] == (
        "example-root-1: issued by example-root-1, by signature",
        "example-issuing-1: issued by example-root-1, by names and key ids",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[catalogue]", "[catalogue", "not TOML"),
        ("[catalogue]", "[x]", r"unknown key 'x'"),
        ('role = "root"', 'role = "leaf"', "'role' must be one of root, cross-signed"),
        ('slug = "example-root-1"', 'slug = "../root"', "'slug' must be lower-case letters"),
        ("not_before = 2020", "not_befor = 2020", "unknown key 'not_befor'"),
        ("not_before = 2020", "not_before = 2050", "it ends before it begins"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00", "date and time with an offset"),
        ('serial = "1001"', 'serial = "0x1001"', "'serial' must be lower-case hexadecimal"),
        ('otherwise = "warning"', 'otherwise = "error"', "must be one of warning, note"),
        ('issued_by = ["example-root-2"]', 'issued_by = ["x"]', "names 'x', which does not exist"),
        ('issued_by = ["example-root-2"]', "issued_by = []", "a root must be issued by itself"),
        ('issuing = ["example-issuing-1"]', "issuing = []", "chain current: no issuing CA"),
        (
            'issuing = ["example-issuing-1"]',
            'issuing = ["example-issuing-2"]',
            "chain current: example-issuing-2 is not issued by example-root-1",
        ),
        ("2027-01-01T00:00:00Z\n\n[[chain", "2028-01-01T00:00:00Z\n\n[[chain", "it lasts until"),
        ('chains = ["current", "new"]', 'chains = ["old"]', "chain 'old' does not exist"),
        ('default_profile = "databases"', 'default_profile = "x"', "'x' does not exist"),
        ('origin = "handed', 'url2 = "handed', "unknown key 'url2'"),
        ('url = "https:', 'url = "file:', "must be an http or https address"),
    ],
)
def test_a_wrong_table_is_refused(old: str, new: str, message: str) -> None:
    assert old in TOML
    with pytest.raises(CatalogueError, match=message) as caught:
        load(TOML.replace(old, new, 1), PEMS, source="example.toml")
    assert caught.value.message.startswith("example.toml: ")


def test_a_pem_file_of_another_certificate_is_refused() -> None:
    swapped = {"example-root-1": PEMS["example-root-2"], "example-root-2": PEMS["example-root-1"]}
    with pytest.raises(CatalogueError, match="certificate example-root-1: its PEM file has the"):
        load(TOML, swapped)


@pytest.mark.parametrize("data", [b"", b"<html>", PEMS["example-root-1"] * 2])
def test_a_pem_file_without_exactly_one_certificate_is_refused(data: bytes) -> None:
    with pytest.raises(CatalogueError, match="exactly 1 expected"):
        load(TOML, PEMS | {"example-root-1": data})


def test_a_missing_pem_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="example-root-1: its PEM file is missing"):
        load(TOML, {})
    (tmp_path / "example.toml").write_text(TOML, "utf-8")
    with pytest.raises(CatalogueError, match=r"example-root-1\.pem: no such file"):
        load_path(tmp_path / "example.toml")


def _with(catalogue: Catalogue, slug: str, **changes: object) -> Catalogue:
    return replace(
        catalogue,
        certificates=tuple(
            replace(one, **changes) if one.slug == slug else one for one in catalogue.certificates
        ),
    )


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sha1", "0" * 40, "SHA-1: the catalogue says 0{40}"),
        ("spki_sha256", "0" * 64, "SHA-256 of the key"),
        ("serial", 7, "serial: the catalogue says 7, the bytes 4097"),
        ("key", "RSA 2048", "key: the catalogue says RSA 2048, the bytes EC 256"),
        ("path_length", 3, "path length"),
        ("signature_algorithm", "sha1WithRSAEncryption", "signature algorithm"),
    ],
)
def test_a_fact_the_bytes_contradict_is_found(field: str, value: object, message: str) -> None:
    with pytest.raises(CatalogueError, match=f"certificate example-root-1: {message}"):
        verify(_with(load(TOML, PEMS), "example-root-1", **{field: value}))


def test_a_forged_signature_is_found() -> None:
    catalogue = load(TOML, PEMS)
    held = catalogue.by_slug["example-root-1"].certificate
    assert held is not None
    forged = Certificate(held.der[:-1] + bytes([held.der[-1] ^ 1]))
    tampered = _with(
        catalogue, "example-root-1", certificate=forged, sha256=forged.sha256, sha1=forged.sha1
    )
    with pytest.raises(CatalogueError, match="example-root-1 did not sign it"):
        verify(tampered)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = " + "9" * 5000, "4300 digits"),
        ("a = " + "[" * 100_000, "recursion"),
        ("a = 1" + " " * 600_000, "longer than 512 KiB"),
        (".".join("a" * 20) + " = 1", "line 1: a key of more than 16 parts"),
        ("\n[x]\na = {" + " . ".join(['"b c"'] * 20) + " = 1}", "line 3: a key of more than 16"),
    ],
    ids=["digits", "nesting", "length", "dotted key", "quoted key"],
)
def test_a_text_that_takes_long_is_refused(text, why):
    with pytest.raises(CatalogueError, match=why):
        load(text, {})
