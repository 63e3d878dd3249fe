"""What a copy of a folder or of a pattern leads to: the stores in it."""

import pytest

from tests.discover.listing import references_of
from tests.discover.test_tree import PEM, discovered, plant

STORES = {
    "image/ca/a.crt": PEM,
    "image/ca/b.crt": PEM,
    "image/other.crt": PEM,
    "deep/ca/c.crt": PEM,
}
PLACE = "/usr/local/share/ca-certificates/"


@pytest.mark.parametrize(
    ("copy", "places"),
    [
        ("COPY ca/*.crt", ["./image/ca/a.crt", "./image/ca/b.crt"]),
        ("COPY *.crt", ["./image/other.crt"]),
        ("COPY ca/", ["./image/ca/a.crt", "./image/ca/b.crt"]),
        ("COPY ca", ["./image/ca/a.crt", "./image/ca/b.crt"]),
        ("COPY gone/*.crt", []),
        ("COPY --from=build /out/*.crt", []),
    ],
)
def test_the_stores_that_a_copy_takes_are_found(copy, places, tmp_path, monkeypatch):
    monkeypatch.chdir(plant(tmp_path, STORES | {"image/Dockerfile": f"FROM a\n{copy} {PLACE}\n"}))
    (found,) = references_of(discovered("."))
    assert sorted(found["places"]) == places
    assert found["leads"] == ("here" if places else "elsewhere")


def test_a_folder_of_certificates_is_named_by_a_variable(tmp_path, monkeypatch):
    monkeypatch.chdir(plant(tmp_path, STORES | {"image/run.sh": "export SSL_CERT_DIR=ca\n"}))
    (found,) = references_of(discovered("."))
    assert sorted(found["places"]) == ["./image/ca/a.crt", "./image/ca/b.crt"]


def test_the_store_of_a_system_is_no_file(tmp_path):
    plant(tmp_path, {"a.cer": PEM, "run.ps1": "certutil -addstore Root a.cer\n"})
    plant(tmp_path / "none", {"run.ps1": "certutil -addstore Root b.cer\n"})
    here, none = sorted(
        references_of(discovered(tmp_path)), key=lambda each: each["file"], reverse=True
    )
    assert (here["leads"], here["places"]) == ("here", [f"{tmp_path}/a.cer"])
    assert (none["leads"], none["places"]) == ("no-file", [])


COMPOSE = """services:
  a:
    image: a
    environment:
      SSL_CERT_FILE: {path}
{volumes}"""
VOLUMES = "    volumes: ['./assets:/opt/app/config/certs']\n"


@pytest.mark.parametrize(
    ("volumes", "path", "leads", "places"),
    [
        (VOLUMES, "certs/ca.pem", "here", ["./assets/ca.pem"]),
        (VOLUMES, "certs/gone.pem", "missing", []),
        (VOLUMES, "other/ca.pem", "elsewhere", []),
        ("", "certs/ca.pem", "elsewhere", []),
    ],
)
def test_where_a_relative_path_of_a_container_begins_the_image_says(
    volumes, path, leads, places, tmp_path, monkeypatch
):
    files = {"assets/ca.pem": PEM, "compose.yml": COMPOSE.format(path=path, volumes=volumes)}
    monkeypatch.chdir(plant(tmp_path, files))
    (found,) = references_of(discovered("."))
    assert (found["leads"], found["places"]) == (leads, places)


def test_a_relative_path_in_the_values_of_a_chart_is_that_of_an_image(tmp_path):
    plant(tmp_path, {"values.yaml": "config:\n  tls.ca_file: certs/gone.crt\n"})
    (found,) = references_of(discovered(tmp_path))
    assert found["leads"] == "elsewhere"


def test_a_resource_of_android_has_any_extension(tmp_path, monkeypatch):
    config = "<network-security-config><certificates src='@raw/{}'/></network-security-config>\n"
    files = {"res/raw/corp.pem": PEM, "res/xml/a.xml": config.format("corp"),
             "res/xml/b.xml": config.format("gone")}  # fmt: skip
    monkeypatch.chdir(plant(tmp_path, files))
    found = {
        each["store"]: (each["leads"], each["places"]) for each in references_of(discovered("."))
    }
    assert found == {
        "@raw/corp": ("here", ["./res/raw/corp.pem"]),
        "@raw/gone": ("missing", []),
    }


def test_what_another_stage_holds_is_no_file_of_this_machine(tmp_path):
    text = "FROM a\nCOPY --from=build /etc/hostname /etc/pki/trust/anchors/a.pem\n"
    plant(tmp_path, {"Dockerfile": text})
    (found,) = references_of(discovered(tmp_path))
    assert (found["leads"], found["places"], found["source"]) == ("elsewhere", [], None)


def test_a_variable_of_puppet_has_no_default(tmp_path):
    text = 'java_ks { "a:${base::java}/cacerts":\n  certificate => "/a.crt",\n}\n'
    plant(tmp_path, {"init.pp": text})
    (found,) = references_of(discovered(tmp_path))
    assert (found["store"], found["leads"]) == ("${base::java}/cacerts", "open")
