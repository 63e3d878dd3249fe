"""Stores of every kind of finding, and readers that tell what an output says as its receiver does."""

import base64
import json
import re
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree, html

from tests.cli.inside import unpin
from tests.outputs.receivers import azure_log, github_log, junit_cases
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer as jks

UNREADABLE = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
CLIENTS = ("--client", "java,openssl", "--at", "2026-11-24")


class Said(NamedTuple):
    """A finding as an output has it: its rule, and its text, which holds the message."""

    rule: str
    text: str


def stores(folder):
    """A pin, an expired CA with an entry that cannot be read, a broken store, a value of YAML.

    Returns their names, and that of a store that is not there.
    """
    root = Authority("Root A")
    pin = Authority("Issuing CA 1", root).certificate
    old = Authority("Old CA", ends=datetime(2022, 1, 1, tzinfo=UTC)).certificate
    (folder / "pinned.pem").write_bytes(pem(pin))
    (folder / "two.pem").write_bytes(pem(root.certificate, old) + UNREADABLE)
    (folder / "broken.jks").write_bytes(jks.store(jks.trusted("a", pin.der))[:-30])
    value = base64.b64encode(pem(pin)).decode()
    (folder / "values.yaml").write_text(f"# of a chart\ndata:\n  ca.crt: {value}\n")
    return ["pinned.pem", "two.pem", "broken.jks", "values.yaml", "gone.pem"]


def audit(names, output, **env):
    return unpin("audit", *CLIENTS, "--format", output, *names, **env)


def findings_of_json(text):
    """What JSON says: rule and message of each finding and error."""
    document = json.loads(text)
    found = [
        Said(f["rule"], f["message"]) for store in document["stores"] for f in store["findings"]
    ]
    return found + [Said(error["code"], error["message"]) for error in document["errors"]]


def findings_of_bill(document):
    """The properties of the components that are findings: "severity rule: sentence"."""
    said = [
        each["value"].split(" ", 1)[1].split(": ", 1)
        for component in document["components"]
        for each in component.get("properties", ())
        if each["name"] == "unpin:finding"
    ]
    return [Said(*each) for each in said]


def findings_of_page(text):
    """The rows of the tables of findings, and the rows of what was not read."""
    root = html.document_fromstring(text)
    found = []
    for row in root.xpath("//table[@class='stack']/tbody/tr"):
        _, rule, _, said = row.findall("td")
        found.append(Said(rule.text_content(), said.text_content()))
    unread = root.xpath("//details[summary/span[contains(., 'NOT READ')]]")
    return found + [Said(row.get("data-words"), row.text_content()) for row in unread]


def findings_of(output, text):
    """What a format says to the reader of its receiver."""
    match output:
        case "sarif":
            (run,) = json.loads(text)["runs"]
            return [Said(each["ruleId"], each["message"]["text"]) for each in run["results"]]
        case "gitlab":
            return [Said(each["check_name"], each["description"]) for each in json.loads(text)]
        case "junit":
            cases = junit_cases(etree.fromstring(text.encode()))
            return [
                Said(each.rule, each.message)
                for each in cases
                if each.rule != "verdict" and each.rule
            ]
        case "github" | "azure":
            log = (github_log if output == "github" else azure_log)(text)
            lines = [
                re.match(r"(?:error|warning|note) ([\w-]+): (.*)", line) for line in log.folded
            ]
            return [Said(each.rule, each.message) for each in log.issues] + [
                Said(line[1], line[2]) for line in lines if line
            ]
        case "cyclonedx" | "cyclonedx17":
            return findings_of_bill(json.loads(text))
        case "html":
            return findings_of_page(text)
    raise AssertionError(output)
