"""The built-in catalogue says what its source says, and proves itself."""

import hashlib
import json
import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from unpin.asn1.textual_encoding import block, certificate_blocks
from unpin.catalogue.load import json_document, json_text, load_builtin
from unpin.catalogue.model import Catalogue
from unpin.catalogue.verify import verify
from unpin.model.errors import UnknownNameError

MAIN = Path(__file__).parents[3]
FACTS = MAIN.parent / "shared" / "certificates"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_builtin(tmp_path / "nothing")


@pytest.fixture
def facts() -> dict:
    if not (FACTS / "catalog.json").is_file():
        pytest.skip(f"NOT COMPARED: the catalogue's source {FACTS / 'catalog.json'} is not here")
    return json.loads((FACTS / "catalog.json").read_text("utf-8"))


def test_every_fact_equals_the_source(catalogue: Catalogue, facts: dict) -> None:
    assert len(catalogue.certificates) == len(facts["certificates"]) == 70
    for fact in facts["certificates"]:
        one = catalogue.by_slug[fact["slug"]]
        assert (one.name, one.role, one.subject, one.issuer, one.sha256, one.sha1) == tuple(
            fact[key] for key in ("subject_cn", "role", "subject", "issuer", "sha256", "sha1")
        )
        assert one.serial == int(fact["serial"], 16)
        assert one.spki_sha256 == fact["spki_sha256"]
        assert (one.key_id.hex() if one.key_id else None) == fact["ski"]
        assert (one.authority_key_id.hex() if one.authority_key_id else None) == fact["aki"]
        assert one.not_before == datetime.fromisoformat(fact["not_before"])
        assert one.not_after == datetime.fromisoformat(fact["not_after"])
        assert one.signature_algorithm == fact["signature_algorithm"]
        assert (one.ca, one.path_length) == (fact["ca"], fact["path_length"])
        assert list(one.issued_by) == fact["verified_issuers"]
        assert (one.certificate is not None) == (fact["commitable"] == "yes")


def test_every_fact_equals_the_bytes_that_are_not_shipped(
    catalogue: Catalogue, facts: dict
) -> None:
    from dataclasses import replace

    from unpin.model.certificate import Certificate

    whole = replace(
        catalogue,
        certificates=tuple(
            replace(
                one,
                certificate=Certificate(
                    certificate_blocks((FACTS / f"{one.slug}.pem").read_bytes())[0],
                ),
            )
            for one in catalogue.certificates
        ),
    )
    proof = verify(whole)
    assert not [line for line in proof if "names and key ids" in line or "facts only" in line]


def test_the_known_ones_equal_the_source(catalogue: Catalogue, facts: dict) -> None:
    assert {(one.name, one.sha1, one.serial, one.sha256_probable) for one in catalogue.known} == {
        (fact["name"], fact["sha1"], int(fact["serial"], 16), fact.get("sha256_probable"))
        for fact in facts["missing"]
    }
    assert all(catalogue.known_by_sha1[fact["sha1"]].name == fact["name"]
               for fact in facts["missing"])  # fmt: skip


def test_the_script_writes_what_is_committed(facts: dict, tmp_path: Path) -> None:
    script = MAIN / "scripts" / "make_catalogue.py"
    subprocess.run([sys.executable, script, FACTS, "--into", tmp_path], check=True)
    committed = MAIN / "src" / "unpin" / "catalogue"
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.*")}
    names = [
        committed / "azure.toml",
        committed / "azure.json",
        *(committed / "certificates").glob("*.pem"),
    ]
    assert made == {p.relative_to(committed): p.read_bytes() for p in names}


def test_the_json_says_what_the_toml_says() -> None:
    """Times, too, are what tomllib makes of them."""
    folder = MAIN / "src" / "unpin" / "catalogue"
    toml = (folder / "azure.toml").read_text("utf-8")
    committed = (folder / "azure.json").read_text("utf-8")
    assert committed == json_text(toml)
    assert json_document(committed) == tomllib.loads(toml)


def test_it_proves_itself(catalogue: Catalogue) -> None:
    proof = verify(catalogue)
    assert (
        "digicert-global-root-ca: issued by digicert-global-root-ca, by signature" in proof
    )  # SHA-1
    assert (
        "microsoft-tls-rsa-root-g2-xsign: issued by digicert-global-root-g2, by names and key ids"
        in proof
    )
    assert sum("bytes agree" in line for line in proof) == 26


def test_each_pem_file_belongs_to_a_record_and_is_clean() -> None:
    folder = MAIN / "src" / "unpin" / "catalogue" / "certificates"
    catalogue = load_builtin()
    for path in folder.iterdir():
        (der,) = certificate_blocks(path.read_bytes())
        assert hashlib.sha256(der).hexdigest() == catalogue.by_slug[path.stem].sha256
        assert path.read_text("ascii") == block("CERTIFICATE", der)
        assert catalogue.by_slug[path.stem].origin


def test_twins_share_a_subject_and_a_key(catalogue: Catalogue) -> None:
    one = catalogue.by_slug["microsoft-tls-rsa-root-g2"]
    twins = catalogue.by_subject[one.canonical_subject]
    assert {twin.spki_sha256 for twin in twins} == {one.spki_sha256}
    assert {twin.slug for twin in twins} == {one.slug, "microsoft-tls-rsa-root-g2-xsign"}
    assert (one.canonical_subject, one.spki_sha256) in catalogue.root_keys


def test_the_chains_and_the_profiles(catalogue: Catalogue) -> None:
    current, new = catalogue.chain("current"), catalogue.chain("new")
    assert [slug[-8:] for slug in current.issuing] == [
        f"{n}-xsign" for n in ("03", "04", "07", "08")
    ]
    assert current.not_after.isoformat() == "2026-08-25T23:59:59+00:00"
    assert current.shapes == ("full",)
    assert len(new.issuing) == 8
    assert new.shapes == ("full", "no-bridge", "self-signed-bridge")
    assert catalogue.profile().name == "azure-postgresql"
    for profile in catalogue.profiles:
        roots = catalogue.roots_of(profile)
        assert all(root.certificate is not None and not root.retired for root in roots)
        assert {catalogue.chain(name).root for name in profile.chains} <= {r.slug for r in roots}


def test_an_unknown_profile_is_named_and_the_known_ones_hinted(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError, match="no profile is named 'aws'") as caught:
        catalogue.profile("aws")
    assert (
        caught.value.hint == "profiles: azure-postgresql, azure-mysql, azure, azure-china, or none"
    )
