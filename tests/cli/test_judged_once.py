"""What several places hold is judged once, and shown once with its places."""

import json
import shutil

import pytest

from tests.cli import inside
from tests.pki import Authority, pem
from tests.rules.stores import roots
from tests.unit.stores import jks_writer as w
from unpin.cli import judged_once
from unpin.files.reading import MAX_FILE_BYTES

ROOT = Authority("Some Root")
PIN = Authority("Some Issuing CA", ROOT)
JKS = w.store(w.trusted("pin", PIN.certificate.der))


@pytest.fixture
def tree(tmp_path):
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / ("trust.jks" if number % 2 else "cacerts")).write_bytes(JKS)
    (tmp_path / "good.pem").write_bytes(pem(*roots()))
    return tmp_path


def unpin(*args):
    """The run, with its outputs as texts."""
    ran = inside.unpin(*args)
    return inside.Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


AZURE = ("--profile", "azure-postgresql")


def test_a_row_for_each_different_store_with_its_places(tree):
    page = unpin("audit", *AZURE, tree).stdout
    assert page.count("PINNED") == 1
    for shown in (f"{tree}/0/cacerts", f"{tree}/1/trust.jks", f"{tree}/2/cacerts"):
        assert shown in page
    assert "and 2 more places" in page
    assert f"{tree}/3/trust.jks" not in page
    assert "=> 2 different stores in 6 places: 1 ready, 1 pinned; " in page


def test_json_has_an_item_for_each_place_as_if_it_had_been_judged_alone(tree):
    document = json.loads(unpin("audit", *AZURE, "--format", "json", tree).stdout)
    digests = [store["file_sha256"] for store in document["stores"]]
    assert (len(digests), len(set(digests))) == (6, 2)
    for store in document["stores"]:
        alone = json.loads(unpin("audit", *AZURE, "--format", "json", store["source"]).stdout)
        assert alone["stores"] == [store]


def test_the_bytes_are_judged_once(tree, monkeypatch):
    from unpin.judge import run

    judged = []
    judge = run.audit
    monkeypatch.setattr(
        run, "audit", lambda store, **options: judged.append(store) or judge(store, **options)
    )
    unpin("audit", *AZURE, tree)
    assert len(judged) == 2


def test_results_that_are_dropped_are_found_again(tree, monkeypatch):
    kept = unpin("audit", *AZURE, "--format", "json", tree).stdout
    monkeypatch.setattr(judged_once, "_MOST_BYTES", 1)
    assert (
        json.loads(unpin("audit", *AZURE, "--format", "json", tree).stdout)["stores"]
        == (json.loads(kept)["stores"])
    )


def test_pages_of_copies_refer_to_the_first(tree):
    page = unpin("audit", *AZURE, "-v", tree).stdout
    assert page.count(f"the same bytes as {tree}/0/cacerts, whose findings are above") == 4


def test_an_error_names_each_place(tree):
    for number in range(3):
        (tree / str(number) / "broken.jks").write_bytes(JKS[:-30])
    ran = unpin("audit", "--format", "json", tree)
    errors = json.loads(ran.stdout)["errors"]
    assert [error["source"] for error in errors] == [f"{tree}/{n}/broken.jks" for n in range(3)]
    assert all(error["message"].startswith(error["source"]) for error in errors)
    assert ran.returncode == 3


def test_a_file_that_a_command_would_write_is_no_copy_of_another_name(tree):
    """The cure of one says -o new.p12, which is the name of the other."""
    shutil.copy(tree / "1" / "trust.jks", tree / "new.p12")
    document = json.loads(unpin("audit", *AZURE, "--format", "json", tree).stdout)
    for store in document["stores"]:
        alone = json.loads(unpin("audit", *AZURE, "--format", "json", store["source"]).stdout)
        assert alone["stores"] == [store]


def test_only_the_stores_that_fail(tree):
    shown = unpin("audit", *AZURE, "--only", "failing", tree)
    assert "PINNED" in shown.stdout
    assert "READY" not in shown.stdout
    assert "=> 2 different stores in 6 places: 1 ready, 1 pinned; " in shown.stdout
    assert shown.returncode == 1
    document = json.loads(
        unpin("audit", *AZURE, "--only", "failing", "--format", "json", tree).stdout
    )
    assert {store["status"] for store in document["stores"]} == {"pinned"}
    good = unpin("audit", *AZURE, "--only", "failing", tree / "good.pem")
    assert (good.returncode, good.stdout) == (
        0, "=> 1 store: 1 ready; unpin audit -v shows the findings\n",
    )  # fmt: skip


def test_what_is_left_out_is_said(tree):
    for folder in ("0/.git", "node_modules/x"):
        (tree / folder).mkdir(parents=True)
        (tree / folder / "ca.pem").write_bytes(pem(*roots()))
    ran = unpin("audit", *AZURE, "--exclude", "*.jks", "--format", "json", tree)
    document = json.loads(ran.stdout)
    assert len(document["stores"]) == 4
    left_out = [f"{tree}/0/.git", f"{tree}/1/trust.jks", f"{tree}/3/trust.jks"]
    assert document["not_looked_into"] == [*left_out, f"{tree}/node_modules"]
    assert document["excluded"][-1] == "*.jks"
    assert f"unpin: note: not looked into: {left_out[0]}, {left_out[1]}" in ran.stderr
    for command in ("audit", "list", "rehearse"):
        ran = unpin(command, "--exclude", "!node_modules", "--format", "json", tree)
        assert json.loads(ran.stdout)["not_looked_into"] == [f"{tree}/0/.git"]
        lines = unpin(command, "--exclude", "!node_modules", "--format", "jsonl", tree).stdout
        assert ("!node_modules" in lines.splitlines()[0]) == (command != "list")


def test_a_text_that_names_markers_is_no_store(tmp_path):
    (tmp_path / "ssl.py").write_text(
        'HEADER = """\n-----BEGIN CERTIFICATE-----"""\nFOOTER = "-----END CERTIFICATE-----"\n'
    )
    (tmp_path / "ca.pem").write_bytes(pem(*roots()))
    result = unpin("audit", tmp_path)
    assert (result.returncode, "ssl.py" in result.stdout) == (0, False)
    assert f"1 file in folders without a store in it: {tmp_path}/ssl.py" in result.stderr
    (tmp_path / "ssl.py").rename(tmp_path / "ssl.pem")
    assert unpin("audit", tmp_path).returncode == 1


@pytest.mark.parametrize(
    "hurt",
    [
        lambda text: text[:-20],
        lambda text: text[:300],
        lambda text: text.replace(text[200:210], b"!" * 10),
        lambda text: text[:200] + b"AAAAAAAAAA" + text[210:],
    ],
)
def test_what_is_left_of_a_certificate_is_no_text_without_a_store(hurt, tmp_path):
    (tmp_path / "good.pem").write_bytes(pem(*roots()))
    (tmp_path / "ca-bundle").write_bytes(hurt(pem(ROOT.certificate)))
    (tmp_path / "README").write_text(
        "-----BEGIN CERTIFICATE-----\nMIIDdzCC\n-----END CERTIFICATE-----\n"
        "-----BEGIN CERTIFICATE-----\nMIID...\n-----END CERTIFICATE-----\n"
    )
    result = unpin("audit", tmp_path)
    assert result.returncode != 0
    assert "ca-bundle" in result.stdout + result.stderr
    assert f"1 file in folders without a store in it: {tmp_path}/README" in result.stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"# Some Roots\n" * 100 + pem(ROOT.certificate), 3), (JKS, 3), (bytes(2_000), 0)],
)
def test_a_file_that_is_too_large_is_passed_over_only_if_it_begins_as_no_store(
    content, code, tmp_path
):
    (tmp_path / "good.pem").write_bytes(pem(*roots()))
    with (tmp_path / "large").open("wb") as stream:
        stream.write(content)
        stream.truncate(MAX_FILE_BYTES + 1)
    result = unpin("audit", tmp_path)
    assert result.returncode == code
    said = "unpin: error: " if code else "note: 1 file in folders without a store in it: "
    assert f"{said}{tmp_path}/large" in result.stderr
