"""Rule no-valid-anchor."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import agreeing, client_titles, day
from unpin.model.entries import TrustedEntry
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.clients.rules import ClientRules
from unpin.pki.failure_reasons import Reason
from unpin.rehearsal.presumed_server import renewed


@rule("no-valid-anchor")
def no_valid_anchor(context: AuditContext) -> Iterator[Finding]:
    """Certificates have expired, and no trust anchor is left for a client.

    What it does
    Asks for each client whether it accepts a server under any certificate of the store. It
    reports the clients that accept none, but would if the certificates had not expired.

    Why it matters
    Every connection fails. OpenSSL, Go and GnuTLS refuse expired certificates. Java and rustls do
    not read the dates of a trust anchor, and are named only if they accept the certificates for
    no other reason either.

    Example
    A bundle of a cloud provider of ten years ago: all of its CAs have expired.

    Remedy
    Get the current bundle where this one came from, and check it:
    `unpin audit --profile none truststore.pem`

    References
    RFC 5280 section 6.1.3 (a) (2)
    """
    ends = [entry.view.not_after for entry in context.trusted if entry.view is not None]
    past = [end for end in ends if end is not None and end < context.now]
    clients = [client for client in context.clients if _is_left_without(context, client)]
    if clients:
        yield no_valid_anchor.finding(
            Severity.ERROR,
            context.location(),
            f"no valid trust anchor is left for {client_titles(clients)}: "
            f"{_why(clients, len(ends), past)}",
            Remedy(RemedyKind.GET_NEW_BUNDLE),
            clients,
        )


def _is_left_without(context: AuditContext, client: ClientRules) -> bool:
    """Whether `client` finds anchors in the store that have expired, and accepts none.

    An anchor of which the verdict is unknown counts as one that is left; what OpenSSL's settings
    distrust (TRUSTED CERTIFICATE blocks) is none.
    """
    now, found = context.now, False
    for index, view in context.rehearser.anchors(client).anchors:
        entry = context.store.entries[index]
        if isinstance(entry, TrustedEntry) and entry.trust_settings.rejects_servers:
            continue
        verdict = context.verdict_alone(client, view, now)
        if verdict.accepted is not False:
            return False
        expired = view.not_after is not None and view.not_after < now
        if expired and verdict.reason is not Reason.DISTRUSTED:
            found = found or context.verdict_alone(client, renewed(view, now), now).accepted is True
    return found


def _why(clients: Sequence[ClientRules], number: int, past: Sequence[datetime]) -> str:
    if number == 1:
        return f"the only trusted certificate expired on {day(past[0])}"
    if len(past) == number:
        return f"all {number} trusted certificates have expired, the last on {day(max(past))}"
    return (
        f"{len(past)} of {number} trusted certificates have expired, and "
        f"{client_titles(clients)} {agreeing(clients, 'accept')} none of the others"
    )
