"""--output writes several formats in a run, whole, and never over an input."""

import json
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.outputs import machine
from unpin.reports.formats import OutputFormat


@pytest.fixture
def names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return machine.stores(tmp_path)


def test_each_file_has_what_the_format_prints(names):
    files = [f"{output}=out.{output}" for output in OutputFormat]
    options = [word for file in files for word in ("--output", file)]
    ran = unpin("audit", *machine.CLIENTS, *options, *names)
    alone = unpin("audit", *machine.CLIENTS, *names)
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, alone.stdout, alone.stderr)
    for output in OutputFormat:
        printed = unpin("audit", *machine.CLIENTS, "--format", output, "--verbose", *names)
        assert Path(f"out.{output}").read_bytes() == printed.stdout, output


@pytest.mark.parametrize("output", OutputFormat)
def test_a_report_replaces_the_last_report(names, output):
    """Also in a folder that is audited: a report is no store."""
    call = ("audit", *machine.CLIENTS, "--output", f"{output}=report.{output}", ".")
    codes = {unpin(*call).returncode for _ in range(2)}
    assert codes == {3}
    text = Path(f"report.{output}").read_text()
    assert text.count("pinned.pem") >= 1
    assert f"report.{output}" not in text
    stores = {"broken.jks", "pinned.pem", "two.pem", "values.yaml"}
    assert {path.name for path in Path().iterdir()} == {*stores, f"report.{output}"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sarif", "not FORMAT=FILE"),
        ("sarif=", "not FORMAT=FILE"),
        ("xml=a", "no format is called xml"),
        ("sarif=-", "standard output is for --format"),
        ("sarif=no/such/folder", "no/such is no folder"),
        ("sarif=pinned.pem", "pinned.pem"),
        ("sarif=link.pem", "pinned.pem"),
        ("sarif=two.pem", "is no report"),
        ("sarif=key.pem", "is no report"),
        ("sarif=app.war", "is no report"),
        ("sarif=secret.txt", "which the call reads"),
        ("sarif=folder", "is no regular file"),
    ],
)
def test_what_is_no_output_is_refused_before_anything_is_read(names, given, said):
    Path("link.pem").symlink_to("pinned.pem")
    Path("secret.txt").write_text("changeit")
    Path("key.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    Path("folder").mkdir()
    Path("app.war").write_bytes(b"PK\x05\x06\xff" + bytes(18))
    before = {path: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    call = ("audit", "--password-file=secret.txt", "pinned.pem", "--output", given)
    ran = unpin(*call)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert said in ran.stderr.decode()
    assert {path: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before


def test_a_configuration_of_a_folder_is_no_output(names):
    """It is named by nothing in the call; the run has read it."""
    Path("app").mkdir()
    config = Path("app/application.properties")
    config.write_text("url=jdbc:postgresql://h/db?sslmode=verify-full\n")
    ran = unpin("doctor", "app", "--output", f"json={config}")
    assert ran.returncode == 3
    assert "application.properties: is an input, and was left as it is" in ran.stderr.decode()
    assert config.read_text().startswith("url=")


def test_two_outputs_are_two_files(names):
    ran = unpin("audit", "pinned.pem", "--output", "json=a", "--output", "csv=./a")
    assert (ran.returncode, Path("a").exists()) == (2, False)


def test_a_format_that_does_not_suit_is_refused(names):
    ran = unpin("list", "pinned.pem", "--output", "sarif=a")
    assert ran.returncode == 2
    assert "unpin list has the formats table, json" in ran.stderr.decode()


@pytest.mark.parametrize(
    "call",
    [("fix", "--undo", "pinned.pem"), ("diff", "--textconv", "pinned.pem"), ("server", "--sql")],
)
def test_what_is_no_report_has_no_output(names, call):
    ran = unpin(*call, "--output", "json=a")
    assert (ran.returncode, Path("a").exists()) == (2, False)


def test_every_command_writes_it(names):
    calls = {
        "list": ("two.pem",),
        "rehearse": ("pinned.pem",),
        "diff": ("pinned.pem",),
        "fix": ("pinned.pem",),
        "doctor": ("postgres://h/db?sslmode=require",),
        "discover": ("two.pem",),
    }
    for command, words in calls.items():
        printed = unpin(command, *words, "--format", "csv")
        unpin(command, *words, "--output", f"csv={command}.csv")
        assert Path(f"{command}.csv").read_bytes() == printed.stdout


def test_a_file_that_cannot_be_written_is_an_error(names, monkeypatch):
    monkeypatch.setattr("unpin.cli.output_files.create", fails)
    ran = unpin("audit", *machine.CLIENTS, "pinned.pem", "--output", "json=a")
    assert ran.returncode == 3
    assert b"disk" in ran.stderr
    assert b"PINNED" in ran.stdout


def fails(*_, **__):
    from unpin.model.errors import NotWrittenError

    raise NotWrittenError("a: the disk is full")


def test_a_server_that_does_not_answer_is_in_the_file(names):
    ran = unpin("server", "--result", "gone.txt", "--output", "json=a")
    assert ran.returncode == 3
    assert json.loads(Path("a").read_text())["errors"][0]["source"] == "gone.txt"
