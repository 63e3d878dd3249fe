"""Metrics as the parser of Prometheus' client library reads them."""

from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.inside import unpin
from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, thirty_thousand


def samples_of(text):
    """The samples by name; no two have the same labels."""
    found, seen = {}, set()
    for family in text_string_to_metric_families(text):
        assert (family.type, family.documentation[-1]) == ("gauge", ".")
        for sample in family.samples:
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in seen
            seen.add(key)
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


@pytest.fixture
def names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return machine.stores(tmp_path)


def test_the_findings_are_counted_as_in_json(names):
    wanted = Counter(f.rule for f in machine.findings_of_json(machine.audit(names, "json").stdout))
    found = samples_of(machine.audit(names, "prometheus").stdout.decode())
    counted = Counter()
    for labels, value in found["unpin_findings"]:
        counted[labels["rule"]] += int(value)
    for labels, value in found["unpin_unread"]:
        counted[labels["code"]] += int(value)
    assert counted == wanted
    verdicts = {labels["source"]: labels["verdict"] for labels, _ in found["unpin_verdict"]}
    assert set(verdicts) == {"pinned.pem", "two.pem", "values.yaml#data.ca.crt"}
    assert found["unpin_judged_at_seconds"] == [({}, 1795478400.0)]


def test_a_certificate_has_its_expiry(names):
    found = samples_of(unpin("list", "--format", "prometheus", "two.pem").stdout.decode())
    rows = [
        (labels["entry"], labels["role"], value)
        for labels, value in found["unpin_certificate_not_after_seconds"]
    ]
    assert [value for _, _, value in rows][1:] == [1640995200.0]
    assert [role for _, role, _ in rows] == ["root", "root"]
    assert rows[0][0] == "line 1"


def test_labels_are_read_as_they_were():
    text = 'a"b\\c d'
    found = samples_of(printed("prometheus", Made(finding(source=text), source=text)))
    assert found["unpin_verdict"][0][0]["source"] == text


def test_thirty_thousand_findings_are_a_sample_for_each_rule_and_severity():
    found = samples_of(printed("prometheus", *thirty_thousand()))
    assert sum(value for _, value in found["unpin_findings"]) == 30_000
    assert len(found["unpin_findings"]) == 300


@pytest.mark.parametrize("command", ["rehearse", "doctor"])
def test_other_commands_have_verdicts(names, command):
    words = {"rehearse": ("pinned.pem",), "doctor": ("postgres://u:secret@h/db?sslmode=require",)}
    text = unpin(command, *words[command], "--format", "prometheus").stdout.decode()
    assert samples_of(text)["unpin_verdict"]
    assert "secret" not in text
