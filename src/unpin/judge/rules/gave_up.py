"""Rule gave-up."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.verdict import Reason
from unpin.pki.work import MOST_CANDIDATES
from unpin.wording import counted, listed


@rule("gave-up")
def gave_up(context: AuditContext) -> Iterator[Finding]:
    """The judgement stopped before the whole store was judged.

    What it does
    Reports the entries and chains that were not judged: those for which more than 200 certificates
    of the store may be issuers, and what was left when the work allowed for a store was used up.

    Why it matters
    A store may be made so that each of its certificates seems to have signed every other. unpin
    bounds its work, and what it did not judge may hold a pin.

    Example
    A store with 1,000 different certificates called "DigiCert Global Root G2".

    Remedy
    Remove the certificates that no client needs, and audit the rest:
    `unpin convert --role root truststore.jks -o smaller.jks`

    References
    SECURITY.md, "Bounds"
    """
    unjudged = [] if context.unfinished else _unjudged(context)
    chains = dict.fromkeys(
        handshake.chain
        for handshake in context.handshakes
        for client in context.clients
        if context.rehearser.verdict(client, handshake).reason is Reason.GAVE_UP
    )
    if unjudged:
        more = "" if len(unjudged) == 1 else f" and {len(unjudged) - 1} others"
        entries = counted(len(unjudged), "entry", "entries")
        yield gave_up.finding(
            Severity.ERROR,
            context.location(context.entries[unjudged[0]]),
            f"gave up: {entries} not judged, this one{more}: their names lead to more than "
            f"{MOST_CANDIDATES} certificates of the store",
            Remedy(RemedyKind.REDUCE_STORE, entries=tuple(unjudged)),
        )
    if chains:
        words = "the chain" if len(chains) == 1 else "the chains"
        yield gave_up.finding(
            Severity.ERROR,
            context.location(),
            f"gave up: {words} {listed(chains)} not judged: the names of too many certificates "
            "of the store lead to each other",
            Remedy(RemedyKind.REDUCE_STORE),
        )
    if context.unfinished:
        rules = listed(context.unfinished)
        yield gave_up.finding(
            Severity.ERROR,
            context.location(),
            "gave up: the work allowed for a store is used up; not judged in full by the "
            f"{'rule' if len(context.unfinished) == 1 else 'rules'} {rules}",
            Remedy(RemedyKind.REDUCE_STORE),
        )


def _unjudged(context: AuditContext) -> list[int]:
    if len(context.judged) == len(context.trusted):
        return []
    judged = {entry.index for entry in context.judged}
    return [entry.index for entry in context.trusted if entry.index not in judged]
