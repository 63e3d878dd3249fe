"""Azure's real certificates against real stores, with `openssl verify` as the referee.

A store (this machine's cacerts, certifi of a year, or few certificates) by a chain as a server sends
it by OpenSSL by default and with partial chains. Server certificates are real ones of past years,
each verified in the middle of its life; under today's CAs and tomorrow's there is a made-up one for
unpin, and openssl verifies the CA above it.
"""

import subprocess
import sys
from base64 import encodebytes
from functools import cache
from pathlib import Path

import pytest

from tests.pki import NOW
from tests.programs import debian, lacking, not_run, program
from unpin.catalogue.handshakes import Handshake, server_under
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.operations.opening import open_path
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS as EVERY_CLIENT
from unpin.pki.clients import choose_clients
from unpin.rehearsal.rehearser import Rehearser

FIXTURES = Path(__file__).parents[2] / "fixtures" / "servers"
SHARED = Path(__file__).parents[3] / "shared" / "certificates"
CERTIFI = Path(sys.prefix) / "certifi"
YEARS = ("2015.4.28", "2018.8.13", "2021.5.30", "2023.7.22", "2026.10.18")
CACERTS = Path("/etc/ssl/certs/java/cacerts")
CLIENTS = choose_clients("openssl,openssl-partial-chain")
MODELLED = tuple(client for client in EVERY_CLIENT if client.model is not None)
BY_SLUG = load_builtin().by_slug
ROOTS = (
    "baltimore-cybertrust-root",
    "digicert-global-root-ca",
    "digicert-global-root-g2",
    "microsoft-rsa-root-ca-2017",
)

PAST = {
    "edge-microsoft-com-2023-06-27-0aadaa": "microsoft-azure-tls-issuing-ca-05-xsign",
    "login-live-com-2023-01-02-4cd40c": "digicert-sha2-secure-server-ca",
    "teams-microsoft-com-2019-09-12-681ee8": "microsoft-it-tls-ca-4",
    "trouter-teams-microsoft-com-2019-11-29-dd24df": "microsoft-it-tls-ca-2",
    "wcpstatic-microsoft-com-2022-12-06-ad034f": "digicert-tls-rsa-sha256-2020-ca1",
    "www-bing-com-2023-02-16-c6946c": "microsoft-rsa-tls-ca-02",
}
"""Real server certificates and what their servers sent with them."""

COMING = {
    "current": ("microsoft-azure-rsa-tls-issuing-ca-03-xsign",),
    "current under Microsoft's root": ("microsoft-azure-rsa-tls-issuing-ca-03-ms",),
    "new": ("microsoft-tls-g2-rsa-ca-ocsp-16", "microsoft-tls-rsa-root-g2-xsign"),
    "new without the bridge": ("microsoft-tls-g2-rsa-ca-ocsp-16",),
    "new with the self-signed bridge": (
        "microsoft-tls-g2-rsa-ca-ocsp-16",
        "microsoft-tls-rsa-root-g2",
    ),
}
"""What servers send today and after the rotation, above their own certificate."""

pytestmark = pytest.mark.referee


@cache
def certificate(slug):
    record = BY_SLUG.get(slug)
    if record is not None and record.certificate is not None:
        return record.certificate
    for folder in (FIXTURES, SHARED):
        if (folder / f"{slug}.pem").exists():
            return open_path(str(folder / f"{slug}.pem")).trusted[0].certificate
    # These may not be in the project, so their absence is no fault of a machine.
    return pytest.skip(f"NOT RUN: the bytes of {slug} are not on this machine")


@cache
def real_store(name):
    path = CACERTS if name == "cacerts" else certifi(name)
    if not path.exists():
        pytest.skip(f"NOT RUN: there is no {path}; `make test` installs certifi of several years")
    return tuple(one.certificate for one in open_path(str(path)).trusted)


def certifi(year):
    return CERTIFI / year / "certifi" / "cacert.pem"


def test_there_are_real_stores_to_compare():
    """A registry may lack one of them."""
    if sum(certifi(year).exists() for year in YEARS) < 3 or not CACERTS.exists():
        told = f"no {CACERTS}, or not most of certifi {', '.join(YEARS)}"
        not_run(lacking(told, f"{debian('ca-certificates-java')}, make test"))


def write(path, certificates):
    blocks = (
        f"-----BEGIN CERTIFICATE-----\n{encodebytes(one.der).decode()}-----END CERTIFICATE-----\n"
        for one in certificates
    )
    path.write_text("".join(blocks), encoding="ascii")
    return path


def openssl(folder, store, target, sent, at, *options):
    """Whether openssl verifies `target` at that moment, given what else was sent."""
    call = [
        program("openssl"), "verify", "-no-CApath", "-no-CAstore", "-attime", str(int(at.timestamp())),
        "-CAfile", store, *options,
    ]  # fmt: skip
    if sent:
        call += ["-untrusted", write(folder / "sent.pem", sent)]
    ran = subprocess.run(
        [*call, write(folder / "target.pem", [target])],
        capture_output=True,
        timeout=30,
        check=False,
    )
    return ran.returncode == 0


def compare(folder, certificates, handshakes):
    """Every chain that openssl and unpin judge differently, with this store."""
    file = write(folder / "store.pem", certificates)
    entries = tuple(TrustedEntry("", one, one.der) for one in certificates)
    store = Store("store", Format.PEM, entries)
    differences, count = [], 0
    for name, handshake, target, sent, at in handshakes:
        rehearsal = Rehearser(store, load_builtin(), at).rehearse(CLIENTS, [handshake])
        for scenario, options in zip(rehearsal.scenarios, ((), ("-partial_chain",)), strict=True):
            count += 1
            real = openssl(folder, file, target, sent, at, *options)
            if scenario.accepted is not real:
                differences.append((name, scenario.client.ident, scenario.accepted, real))
    assert count == len(handshakes) * len(CLIENTS)
    return differences


@cache
def past(name):
    leaf, issuing = certificate(name), certificate(PAST[name])
    fields = leaf.fields
    at = fields.not_before + (fields.not_after - fields.not_before) / 2
    views = (CertificateView.of(leaf), CertificateView.of(issuing))
    return name, Handshake(Phase.BOTH, name, "", "as sent", views), leaf, [issuing], at


@cache
def coming(name):
    sent = [certificate(slug) for slug in COMING[name]]
    views = [CertificateView.of(one) for one in sent]
    shown = (server_under(views[0], name), *views)
    handshake = Handshake(Phase.BOTH, name, "", "as sent", shown)
    return name, handshake, sent[0], sent[1:], handshake.moment(NOW)


@pytest.mark.parametrize("name", ["cacerts", *YEARS])
def test_a_real_store_and_what_servers_sent_in_past_years(tmp_path, name):
    handshakes = [past(server) for server in PAST]
    assert compare(tmp_path, real_store(name), handshakes) == []


@pytest.mark.parametrize("name", ["cacerts", *YEARS])
def test_a_real_store_and_the_chains_of_the_rotation(tmp_path, name):
    assert compare(tmp_path, real_store(name), [coming(chain) for chain in COMING]) == []


@pytest.mark.parametrize("name", ["cacerts", *YEARS])
def test_what_stands_beside_the_path_leaves_no_family_open(name):
    """EC-ACC in certifi of 2021 has a negative serial number, which no client minds."""
    entries = tuple(TrustedEntry("", one, one.der) for one in real_store(name))
    handshakes = [coming(chain)[1] for chain in COMING]
    store = Store("store", Format.PEM, entries)
    rehearsal = Rehearser(store, load_builtin(), NOW).rehearse(MODELLED, handshakes)

    assert [
        scenario.client.ident for scenario in rehearsal.scenarios if scenario.accepted is None
    ] == []


@pytest.mark.parametrize("chain", PAST)
@pytest.mark.parametrize("place", ["alone", "before the roots", "after the roots"])
def test_a_pin_of_the_real_chain(tmp_path, chain, place):
    """Only where the server certificate is real: openssl has to come upon the pin from below."""
    handshake = past(chain)
    issuing = handshake[3][0]
    roots = [certificate(slug) for slug in ROOTS]
    held = {
        "alone": [issuing],
        "before the roots": [issuing, *roots],
        "after the roots": [*roots, issuing],
    }[place]
    assert compare(tmp_path, held, [handshake]) == []


@pytest.mark.parametrize("slug", ["microsoft-tls-rsa-root-g2", "microsoft-tls-rsa-root-g2-xsign"])
@pytest.mark.parametrize("others", [(), ("digicert-global-root-g2",)])
@pytest.mark.parametrize("first", [True, False])
def test_the_new_root_in_its_two_forms(tmp_path, slug, others, first):
    bridge, rest = [certificate(slug)], [certificate(one) for one in others]
    held = bridge + rest if first else rest + bridge
    chains = [chain for chain in COMING if chain.startswith("new")]
    assert compare(tmp_path, held, [coming(chain) for chain in chains]) == []
