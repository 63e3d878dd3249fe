"""Rule no-valid-anchor."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import agreeing, client_titles
from unpin.model.entries import TrustedEntry
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.clients.rules import ClientRules
from unpin.pki.roles import Role
from unpin.pki.verdict import Reason
from unpin.rehearsal.presumed_server import renewed
from unpin.wording import counted, day, listed


@rule("no-valid-anchor")
def no_valid_anchor(context: AuditContext) -> Iterator[Finding]:
    """Certificates have expired or are distrusted, and no trust anchor is left for a client.

    What it does
    Asks for each client whether it accepts a server under any certificate of the store. It
    reports the clients that accept none, and would accept some if these had not expired, or if
    the JDK did not distrust them for the servers of today.

    Why it matters
    Every connection fails. OpenSSL, Go and GnuTLS refuse expired certificates. Java and rustls do
    not read the dates of a trust anchor; Java is named where it distrusts all that is there.

    Example
    A bundle of a cloud provider of ten years ago: all of its CAs have expired.

    Remedy
    Get the current bundle where this one came from (instead of a server's own certificate, the root
    above it), and check it:
    `unpin audit --profile none truststore.pem`

    References
    RFC 5280 section 6.1.3 (a) (2)
    """
    left = {client: _refused(context, client) for client in context.clients}
    for refused in dict.fromkeys(found for found in left.values() if found):
        clients = [client for client, found in left.items() if found == refused]
        yield no_valid_anchor.finding(
            Severity.ERROR,
            context.location(),
            f"no valid trust anchor is left for {client_titles(clients)}: {_why(clients, refused)}",
            _remedy(context),
            clients,
        )


_OF_SERVERS: Final = {Role.SERVER, Role.SELF_SIGNED_SERVER, Role.END_ENTITY}


def _remedy(context: AuditContext) -> Remedy:
    """A new bundle; no bundle has a server's own certificate."""
    own = [entry.index for entry in context.trusted if entry.role in _OF_SERVERS]
    if own and len(own) == len(context.trusted):
        return Remedy(RemedyKind.RENEW_SERVER_CERTIFICATE, entries=tuple(own))
    return Remedy(RemedyKind.GET_NEW_BUNDLE)


class _Refused(NamedTuple):
    """The anchors that a client finds and refuses: all, those for their end or a distrust."""

    number: int
    ends: tuple[datetime, ...]
    distrusted: int


def _refused(context: AuditContext, client: ClientRules) -> _Refused | None:
    """What `client` refuses, if it refuses all, and some for their end or because of a distrust.

    An anchor of which the verdict is unknown counts as one that is left; what OpenSSL's settings
    reject (TRUSTED CERTIFICATE blocks) is none.
    """
    now, anchors = context.now, context.rehearser.anchors(client).anchors
    ends: list[datetime] = []
    distrusted = 0
    for index, view in anchors:
        entry = context.store.entries[index]
        if isinstance(entry, TrustedEntry) and entry.trust_settings.rejects_servers:
            continue
        verdict = context.verdict_alone(client, view, now)
        if verdict.accepted is not False:
            return None
        if verdict.reason is Reason.DISTRUSTED:
            distrusted += 1
        elif (
            view.not_after is not None
            and view.not_after < now
            and context.verdict_alone(client, renewed(view, now), now).accepted
        ):
            ends.append(view.not_after)
    return _Refused(len(anchors), tuple(ends), distrusted) if ends or distrusted else None


def _why(clients: Sequence[ClientRules], refused: _Refused) -> str:
    number, ends, distrusted = refused
    held = counted(number, "trusted certificate", "trusted certificates")
    every = "the only trusted certificate" if number == 1 else f"all {held}"
    if number == 1 and ends:
        return f"the only trusted certificate expired on {day(ends[0])}"
    if len(ends) == number:
        return f"{every} have expired, the last on {day(max(ends))}"
    titles = client_titles(clients)
    parts = [f"{len(ends)} of {held} {'has' if len(ends) == 1 else 'have'} expired"] if ends else []
    if distrusted:
        some = f"{distrusted} of them" if ends else f"{distrusted} of {held}"
        which = every if distrusted == number else some
        parts.append(f"{titles} {agreeing(clients, 'refuse')} newer servers under {which}")
    if len(ends) + distrusted < number:
        parts.append(f"{titles} {agreeing(clients, 'accept')} none of the others")
    return listed(parts)
