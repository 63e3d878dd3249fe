"""Rule hidden-namesake."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import agreeing, certificate_name, client_titles, entry_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Verdict


@rule("hidden-namesake", breaking=True)
def hidden_namesake(context: AuditContext) -> Iterator[Finding]:
    """Two CAs have one name, and a client only ever tries the first of them.

    What it does
    Looks for trusted certificates with the same subject and different keys, and rehearses a
    server under each, with its namesakes in the store and without them.

    Why it matters
    OpenSSL chooses an issuer by its name and by key identifiers, and tries no other if the
    signature does not fit. Without key identifiers it takes the first in the file that is valid,
    and servers under the others fail with "certificate signature failure". Java, Go and rustls try
    each.

    Example
    The CA certificates that two MySQL servers made for themselves, in one ca.pem.

    Remedy
    Give the clients of each server a file with its own CA only, or have the CAs issued anew with
    different names. No order of the file suits both.
    `unpin list root.crt` shows which entries have the same name.

    References
    openssl-verification-options(1), "Certification Path Building"; MySQL, "Creating SSL and RSA
    Certificates and Keys using MySQL"
    """
    for called in context.namesakes:
        namesakes: defaultdict[str, list[AuditedEntry]] = defaultdict(list)
        for entry in called:
            if entry.view is not None and context.is_judged(entry):
                namesakes[entry.view.id].append(entry)
        for copies in namesakes.values() if len(namesakes) > 1 else ():
            others = [
                other
                for group in namesakes.values()
                if _is_another(group[0], copies[0])
                for other in group
            ]
            if others and not any(context.victims(other) for other in others):
                hiding = _hiding(context, copies[0], others)
                for entry in copies if hiding else ():
                    yield from _hidden(context, entry, hiding)


def _is_another(other: AuditedEntry, entry: AuditedEntry) -> bool:
    return other.view is not None and entry.view is not None and other.view.key != entry.view.key


def _hiding(
    context: AuditContext, entry: AuditedEntry, others: Sequence[AuditedEntry]
) -> dict[int, list[ClientRules]]:
    """The namesakes that keep clients from servers under `entry`, by position, and the clients."""
    gone = frozenset(other.index for other in others)
    taken = {other.view.id: other for other in reversed(others) if other.view is not None}
    hiding: dict[int, list[ClientRules]] = {}
    for client in context.clients:
        for handshake in context.handshakes_through(entry):
            verdict = context.verdict(client, handshake)
            if verdict.accepted is False and context.accepts(client, handshake, gone):
                first = _first_taken(verdict, taken) or others[0]
                hiding.setdefault(first.index, []).append(client)
                break
    return hiding


def _hidden(
    context: AuditContext, entry: AuditedEntry, hiding: Mapping[int, list[ClientRules]]
) -> Iterator[Finding]:
    """The findings about `entry`, which the entries `hiding` keep clients from."""
    for index, clients in hiding.items():
        name = entry_name(context.entries[index])
        place = ", which stands before it" if index < entry.index else ""
        yield hidden_namesake.finding(
            Severity.ERROR,
            context.location(entry),
            f"{certificate_name(entry)} has the name of {name}{place}, and another key: "
            f"{client_titles(clients)} {agreeing(clients, 'take')} {name} for both, and "
            f"{agreeing(clients, 'fail')} on servers under this one",
            Remedy(RemedyKind.SEPARATE_NAMESAKES, entries=(entry.index,)),
            clients,
        )


def _first_taken(verdict: Verdict, others: Mapping[str, AuditedEntry]) -> AuditedEntry | None:
    """The namesake on the path that the client built."""
    return next((others[view.id] for view in verdict.path if view.id in others), None)
