"""Every output says the same: no finding is lost, none is invented, unread stores are in each."""

from pathlib import Path

import pytest

from fuzz import bombs
from tests.outputs import machine
from tests.pki import pem
from unpin.model.certificate import Certificate
from unpin.pki.work import MOST_CANDIDATES

FORMATS = ["sarif", "junit", "gitlab", "github", "azure", "html", "cyclonedx", "cyclonedx17"]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield machine.stores(folder)


def assert_same(wanted, said):
    """Each finding is said once, under its rule, with its message."""
    assert len(said) == len(wanted)
    for finding in wanted:
        found = [each for each in said if each.rule == finding.rule and finding.text in each.text]
        assert found, finding
        said.remove(found[0])


@pytest.mark.parametrize("output", FORMATS)
def test_the_findings_are_those_of_json(names, output):
    ran = machine.audit(names, "json")
    wanted = machine.findings_of_json(ran.stdout)
    assert {"pinned-intermediate", "unreadable-entry", "unreadable-file"} <= {
        w.rule for w in wanted
    }
    other = machine.audit(names, output)
    assert (other.returncode, other.stderr) == (ran.returncode, ran.stderr)
    assert_same(wanted, machine.findings_of(output, other.stdout.decode()))


@pytest.mark.parametrize("output", FORMATS)
def test_a_store_that_unpin_gave_up_on_is_in_every_output(names, output, tmp_path, monkeypatch):
    """A store of 201 roots of one name is judged in part; without work, none is judged."""
    monkeypatch.chdir(tmp_path)
    ders = bombs.unnamed_namesakes(MOST_CANDIDATES + 1)
    Path("many.pem").write_bytes(pem(*map(Certificate, ders)))
    ran = machine.audit(["many.pem"], output)
    assert ran.returncode == 1
    assert "gave-up" in {each.rule for each in machine.findings_of(output, ran.stdout.decode())}
    monkeypatch.setattr("unpin.pki.work._BASE", 1)
    monkeypatch.setattr("unpin.pki.work._EACH_ENTRY", 0)
    ran = machine.audit(["many.pem"], output)
    assert ran.returncode == 3
    (said,) = machine.findings_of(output, ran.stdout.decode())
    assert said.rule == "limit-exceeded"
