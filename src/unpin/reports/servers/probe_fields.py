"""What JSON says of a probed server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.network.stapled_ocsp import stapled_response
from unpin.network.suite_strength import is_weak_suite
from unpin.reports.rehearsal_wording import answer, remarks
from unpin.reports.store_fields import iso, store_row

if TYPE_CHECKING:
    from unpin.network.samples import SampledChains
    from unpin.rehearsal.scenarios import Rehearsal
    from unpin.rehearsal.sent_chain import SentCertificate
    from unpin.reports.reporter import Row
    from unpin.reports.servers.probe import ProbeReport


def probed_server_fields(probe: ProbeReport) -> Row:
    """What a probe found out about the server."""
    session = probe.session
    return {
        "server": probe.server.title,
        "host": probe.server.host,
        "port": probe.server.port,
        "address": session.address,
        "protocol": str(probe.server.protocol),
        "version": session.version,
        "cipher": session.cipher,
        "alpn": session.alpn,
        "wants_certificate": session.wants_certificate,
        "refusal": session.refusal,
        "unusual": session.unusual,
        "versions": [
            {
                "version": str(each.version),
                "accepted": each.accepted,
                "reason": each.reason,
            }
            for each in probe.versions
        ],
        "suites": [
            {
                "version": str(each.version),
                "suites": list(each.suites),
                "weak": [suite for suite in each.suites if is_weak_suite(suite)],
                "missing": each.missing,
            }
            for each in probe.suites
        ],
        "suites_not_offered": list(probe.not_offered),
        "ocsp": _ocsp_row(probe.session.ocsp),
        "sampled": _sampled_row(probe.sampled),
        "chains": [chain.name for chain in probe.sent.chains],
        "forms": [str(form) for form in probe.sent.forms],
        "missing_issuer": probe.sent.missing,
        "name": None if probe.name is None else probe.name.json_fields(),
        "verdict": probe.verdict().text.lower().replace(" ", "-"),
        "answer": probe.answer(),
    }


def probed_store_fields(rehearsal: Rehearsal) -> Row:
    """A store that was held against the chain."""
    return {
        **store_row(rehearsal.store),
        "outcomes": {client.ident: str(rehearsal.outcome(client)) for client in rehearsal.clients},
        "answer": answer(rehearsal),
        "remarks": list(remarks(rehearsal)),
    }


def sent_certificate_fields(sent: SentCertificate) -> Row:
    """A certificate of the chain as it was sent."""
    fields = sent.certificate.fields
    return {
        "role": str(sent.role),
        "subject": str(fields.subject),
        "issuer": str(fields.issuer),
        "serial": f"{fields.serial:x}",
        "not_before": iso(fields.not_before),
        "not_after": iso(fields.not_after),
        "key": str(fields.public_key),
        "signature_algorithm": fields.signature_algorithm,
        "sha256": sent.certificate.sha256,
        "catalogue": sent.slug,
        "name": sent.name,
    }


def _ocsp_row(data: bytes) -> Row | None:
    response = stapled_response(data)
    if response is None:
        return None
    return {
        "status": str(response.status),
        "this_update": iso(response.this_update),
        "next_update": iso(response.next_update),
    }


def _sampled_row(sampled: SampledChains | None) -> Row | None:
    if sampled is None:
        return None
    (chain,) = sampled.chains
    return {
        "seen": chain.seen,
        "connections": sampled.connections,
        "addresses": list(chain.addresses),
    }
