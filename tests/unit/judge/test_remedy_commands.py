"""The command of a remedy does what the remedy says: afterwards the finding is gone.

Some Root > Some Issuing CA > db.example.org
Other Root
"""

import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.cli.inside import unpin as run
from tests.conformance.policy.certs import ABSENT, issue
from tests.pki import NOW, Authority, pem, usage
from tests.rules import stores
from tests.rules.stores import POSTGRESQL, roots, shipped
from tests.unit.stores import jks_writer as jks
from tests.unit.stores import p12_writer as p12

import unpin
from unpin.judge.rules import RULES_BY_IDENT
from unpin.model.certificate import Certificate
from unpin.model.finding import RemedyKind, Severity
from unpin.pki.clients import choose_clients
from unpin.rehearsal.rehearser import Rehearser
from unpin.reports.audit_wording import remedy_command
from unpin.rewrite.plan import make_plan, planned
from unpin.rewrite.removal_candidates import PlanOptions, RemovalScope
from unpin.stores.opening import open_bytes

ROOT = Authority("Some Root")
OTHER = Authority("Other Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
EXPIRED = Authority("Some Issuing CA", ROOT, ends=NOW - timedelta(days=1))
SERVER = Authority("db.example.org", MIDDLE, ca=False)
CLIENTS = "java,openssl,openssl-strict,go"
G2 = "digicert-global-root-g2"
AZURE_PIN = shipped("digicert-tls-rsa-sha256-2020-ca1")
CUT = pem(OTHER.certificate)[:200] + b"\n-----END CERTIFICATE-----\n"


def pkcs12(*bags):
    return p12.pfx(p12.safe_of(p12.plain(*bags)))


def bag(authority, alias=None, *, trusted=True):
    return p12.cert_bag(authority.certificate.der, p12.attributes(alias, trusted=trusted))


OLD = Authority("Some Root", key=ROOT.key, ends=NOW - timedelta(days=1))
ENDING = Authority("Some Root", key=ROOT.key, ends=NOW + timedelta(days=9))
GOOD = Authority("Some Root", key=ROOT.key, extensions=(usage(cert_sign=True),))
EMAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
PERSON = Authority("Some Person", ROOT, ca=False, extensions=(EMAIL,))
FAKE = Authority("CN=DigiCert Global Root G2,OU=www.digicert.com,O=DigiCert Inc,C=US")
SHORT = Authority("Short Root", key=rsa.generate_private_key(65537, 1024))

STORES = {
    "missing-root": pem(*roots(G2)),
    "pinned-intermediate": pem(AZURE_PIN),
    "redundant-intermediate": pem(ROOT.certificate, MIDDLE.certificate),
    "shadowing-twin": pem(ROOT.certificate, EXPIRED.certificate),
    "pinned-server-certificate": pem(ROOT.certificate, MIDDLE.certificate, SERVER.certificate),
    "retired-root": pem(*roots(), shipped("baltimore-cybertrust-root")),
    "duplicate-certificate": pem(ROOT.certificate, OTHER.certificate, ROOT.certificate),
    "encoding-fault": b"\xef\xbb\xbf" + pem(ROOT.certificate),
    "unreadable-entry": pem(ROOT.certificate) + CUT,
    "alias-collision": pkcs12(bag(ROOT, "Mine"), bag(OTHER, "mine")),
    "invisible-to-java": pkcs12(bag(ROOT, trusted=False)),
    "private-key-in-trust-store": pkcs12(bag(ROOT, "ca"), p12.key_bag(p12.attributes("key"))),
    "expired-anchor": pem(OTHER.certificate, OLD.certificate),
    "expiring-anchor": pem(ENDING.certificate),
    "weak-store-protection": jks.store(jks.trusted("ca", ROOT.certificate.der)),
    "needs-newer-java": unpin.convert(
        open_bytes(pem(ROOT.certificate), source="test"), to="pkcs12"
    ).data,
    "not-a-ca": pem(ROOT.certificate, PERSON.certificate),
    "nonconforming-anchor": pem(Certificate(issue("R", usage=ABSENT).der)),
    "lookalike-certificate": pem(FAKE.certificate),
    "weak-anchor": pem(SHORT.certificate, ROOT.certificate),
}
"""A store for each rule whose remedies have commands."""

NO_COMMAND = {
    "orphan-intermediate",  # test_the_command_of_the_audit_cures_its_errors
    "failing-chain",  # shows the paths
    "unknown-outcome",  # the client itself has to be asked
    "no-valid-anchor",  # where the bundle came from is not known
    "self-signed-server-certificate",  # stays
    "not-yet-valid-anchor",  # stays
    "hidden-namesake",  # the store has to be two
    "gave-up",  # it is not known what may go
    "unchecked-integrity",  # asks for a password
    "unrelated-store",  # asks for a profile
}


OF_A_POLICY = {"required-certificate", "forbidden-certificate"}
"""Rules of which tests/cli/test_policy.py runs the commands."""


def test_every_rule_is_tried_or_has_nothing_to_run():
    assert STORES.keys() | NO_COMMAND | OF_A_POLICY == RULES_BY_IDENT.keys()
    assert STORES.keys().isdisjoint(NO_COMMAND)


def findings(path, rule):
    audit = unpin.audit(
        unpin.open_store(str(path)), profile=POSTGRESQL, now=NOW, clients=choose_clients(CLIENTS)
    )
    return [finding for finding in audit.findings if finding.rule == rule]


@pytest.mark.parametrize("rule", STORES)
def test_the_command_cures_the_finding(rule, tmp_path, monkeypatch):
    """The command is run as it is printed, in a folder with the root that it asks for."""
    monkeypatch.chdir(tmp_path)
    Path("store").write_bytes(STORES[rule])
    Path("new-root.pem").write_bytes(pem(GOOD.certificate))
    store = unpin.open_store("store")
    for finding in findings("store", rule):
        program, *arguments = shlex.split(remedy_command(finding.remedy, store))
        assert program == "unpin"
        as_audited = ("--at", NOW.isoformat(), "--client", CLIENTS) if "fix" in arguments else ()
        ran = run(*arguments, *as_audited)
        assert ran.returncode == 0, ran.stderr
        if "--write" in arguments:
            break
    else:
        Path("store").unlink()
    (cured,) = (path for path in (Path("store"), Path("new.pem"), Path("new.p12")) if path.exists())
    assert findings(cured, rule) == []


@pytest.mark.parametrize(
    "certificates",
    [(MIDDLE.certificate,), (SERVER.certificate,)],
    ids=["private intermediate", "private server certificate"],
)
def test_no_command_where_unpin_has_no_root(certificates):
    """The owner has the root, so `unpin fix` is not offered for the pin alone."""
    store = open_bytes(pem(*certificates), source="test")
    audit = unpin.audit(store, profile="none", now=NOW)
    assert audit.fix_command == ()
    assert {finding.remedy.kind for finding in audit.findings} <= {
        RemedyKind.ASK_OWNER,
        RemedyKind.TRUST_SERVER_ROOT,
    }


def test_the_command_names_the_profile():
    store = open_bytes(pem(AZURE_PIN), source="test")
    audit = unpin.audit(store, profile="azure", now=NOW)
    assert audit.fix_command == ("unpin", "fix", "--profile", "azure")


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (("new-ca-2", "old-root"), ("unpin", "fix", "--all-pins")),
        (("private-ca-ended", "private-root", "old-root"), ("unpin", "fix", "--all-pins")),
        (("old-ca-1-ended", "old-root"), ("unpin", "fix")),
    ],
    ids=["orphan", "private twin", "twin of the catalogue"],
)
def test_the_command_of_the_audit_cures_its_errors(names, command):
    """Some pin besides [its root]: `unpin fix` alone leaves what the catalogue does not know."""
    rotation = stores.ROTATION
    before = stores.rotating(*names)
    audit = unpin.audit(before, **stores.AT_ROTATION, now=NOW)
    assert audit.fix_command == command
    scope = RemovalScope.ALL_PINS if "--all-pins" in command else RemovalScope.AZURE
    rehearser = Rehearser(before, rotation.catalogue, NOW)
    plan = make_plan(rehearser, rotation.catalogue.profile(), PlanOptions(scope=scope))
    after = unpin.audit(planned(before, plan), **stores.AT_ROTATION, now=NOW)
    assert after.at_least(Severity.ERROR) is False
