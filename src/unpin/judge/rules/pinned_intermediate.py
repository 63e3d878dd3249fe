"""Rule pinned-intermediate."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.pins import is_pinned_intermediate, replacement
from unpin.judge.rule import rule
from unpin.judge.wording import (
    agreeing,
    catalogue_status,
    certificate_name,
    clients_and_verb,
    clients_do_not,
)
from unpin.model.finding import Finding, Severity
from unpin.pki.clients.rules import ClientRules
from unpin.pki.roles import Role


@rule("pinned-intermediate", breaking=True, curable=True)
def pinned_intermediate(context: AuditContext) -> Iterator[Finding]:
    """An intermediate CA is a trust anchor, and no root of its path is in the store.

    What it does
    Looks for CA certificates that another CA signed, and rehearses the chains through them with
    the entry and without it. An intermediate beside its root is a pin as well if it supplies a
    path that the server does not send.

    Why it matters
    Java, Go, GnuTLS, rustls and OpenSSL with partial chains accept the intermediate, so the
    application works today. When the server moves to another intermediate, every connection
    fails. Plain OpenSSL clients (psql, Node, Python up to 3.12) never accept it.

    Example
    A cacerts that holds "Microsoft Azure RSA TLS Issuing CA 03" but not "DigiCert Global Root G2".

    Remedy
    Add the roots of the profile, then remove the intermediate.
    `unpin fix truststore.p12` shows the plan, `unpin fix --write truststore.p12` carries it out.
    For a private CA, ask its owner for the root.

    References
    Microsoft, "Certificate pinning and Azure services"; docs/why-pinning-breaks.md
    """
    for entry in context.judged_as(Role.INTERMEDIATE):
        if not is_pinned_intermediate(context, entry):
            continue
        severity, effect, clients = _effect(context, entry)
        what = "an intermediate" if entry.rooted else "a standalone intermediate"
        yield pinned_intermediate.finding(
            severity,
            context.location(entry),
            f"{certificate_name(entry)} is {what} ({catalogue_status(entry)}): {effect}",
            replacement(context, entry),
            clients,
        )


def _effect(
    context: AuditContext, entry: AuditedEntry
) -> tuple[Severity, str, tuple[ClientRules, ...]]:
    """How bad the pin is, what happens, and to which clients."""
    handshakes = context.handshakes_through(entry)
    today = context.dependents(
        entry, [handshake for handshake in handshakes if handshake.phase.is_today]
    )
    if handshakes[0] in context.handshakes:
        new = [handshake for handshake in context.handshakes if handshake.phase.is_after]
        ends = tuple(
            client
            for client in today
            if not all(context.accepts(client, handshake) for handshake in new)
        )
        after = context.dependents(
            entry, [handshake for handshake in handshakes if handshake.phase.is_after]
        )
        if ends:
            return Severity.ERROR, _fails(ends, "after the rotation"), ends
        if after:
            return Severity.ERROR, _fails(after, "when that CA is replaced"), after
        if today:
            effect = f"{_depends(today)}; the chain after the rotation validates without it"
            return Severity.WARNING, effect, today
    elif today:
        return Severity.ERROR, _fails(today, "once the server uses another intermediate"), today
    effect = (
        "no root of its path is in the store, and "
        f"{clients_do_not(context.clients, 'accept it as a trust anchor')}"
    )
    return Severity.ERROR, effect, context.clients


def _depends(clients: tuple[ClientRules, ...]) -> str:
    return f"{clients_and_verb(clients, 'trust')} servers under it only through this entry"


def _fails(clients: tuple[ClientRules, ...], when: str) -> str:
    return f"{_depends(clients)} and {agreeing(clients, 'fail')} {when}"
