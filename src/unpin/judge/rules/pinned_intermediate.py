"""Rule pinned-intermediate."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called, listed, who, whose
from unpin.model.finding import Finding, Severity
from unpin.pki.clients.rules import ClientRules
from unpin.pki.roles import Role


@rule("pinned-intermediate")
def pinned_intermediate(context: AuditContext) -> Iterator[Finding]:
    """An intermediate CA is an anchor, and no root of its path is in the store.

    What it does
    Looks for CA certificates that somebody else signed, and rehearses the chains through them:
    without the entry, which clients connect no more? An intermediate beside a root is a pin as
    well where it supplies a path that the server does not send.

    Why it matters
    Java, Go, GnuTLS, rustls and OpenSSL with partial chains accept it, so the application works
    today. When the server moves to another intermediate, every connection fails. Plain OpenSSL
    clients (psql, Node, Python up to 3.12) never accepted it.

    Example
    A cacerts that holds "Microsoft Azure RSA TLS Issuing CA 03" but not "DigiCert Global Root G2".

    Remedy
    Add the root above it, then remove the intermediate.

    References
    Microsoft, "Certificate pinning and Azure services"; docs/why-pinning-breaks.md
    """
    for one in context.trusted:
        if not is_pin(context, one):
            continue
        severity, effect, clients = _effect(context, one)
        what = "an intermediate" if one.rooted else "a standalone intermediate"
        yield Finding(
            "pinned-intermediate",
            severity,
            context.location(one),
            f"{called(one)} is {what} ({whose(one)}): {effect}",
            _remedy(one),
            tuple(client.ident for client in clients),
        )


def is_pin(context: AuditContext, one: AuditedEntry) -> bool:
    """Whether the intermediate `one` does what only a root should do."""
    if one.role is not Role.INTERMEDIATE:
        return False
    if context.dependents(one, context.handshakes_through(one)):
        return True
    return not one.rooted and not carried(context, one)


def carried(context: AuditContext, one: AuditedEntry) -> bool:
    """Whether the chains through `one` validate for some client even without it."""
    gone = frozenset({one.index})
    return any(
        context.accepts(client, handshake, gone)
        for handshake in context.handshakes_through(one)
        for client in context.clients
    )


def _effect(
    context: AuditContext, one: AuditedEntry
) -> tuple[Severity, str, tuple[ClientRules, ...]]:
    handshakes = context.handshakes_through(one)
    today = context.dependents(
        one, [handshake for handshake in handshakes if handshake.phase.is_today]
    )
    if handshakes[0] in context.handshakes:
        new = [handshake for handshake in context.handshakes if handshake.phase.is_after]
        ends = tuple(
            c for c in today if not all(context.accepts(c, handshake) for handshake in new)
        )
        after = context.dependents(
            one, [handshake for handshake in handshakes if handshake.phase.is_after]
        )
        if ends:
            return Severity.ERROR, f"{_only(ends)} and {_fail(ends)} after the rotation", ends
        if after:
            effect = f"{_only(after)} and {_fail(after)} when that CA is replaced"
            return Severity.ERROR, effect, after
        if today:
            effect = f"{_only(today)}; the chain after the rotation validates without it"
            return Severity.WARNING, effect, today
    elif today:
        effect = f"{_only(today)} and {_fail(today)} once the server uses another intermediate"
        return Severity.ERROR, effect, today
    effect = f"no root of its path is here, and {listed(context.clients)} cannot do with it alone"
    return Severity.ERROR, effect, context.clients


def _only(clients: tuple[ClientRules, ...]) -> str:
    return f"{who(clients, 'trust')} servers under it only through this entry"


def _fail(clients: tuple[ClientRules, ...]) -> str:
    return "fails" if len(clients) == 1 else "fail"


def _remedy(one: AuditedEntry) -> str:
    if one.record is not None or one.known is not None:
        return "add the roots of the profile, then remove this entry"
    issuer = one.certificate.fields.issuer.label if one.certificate else "its issuer"
    if one.rooted:
        return "have the server send its whole chain, then remove this entry"
    return f"ask its owner for the root above {issuer}, add that, then remove this entry"
