"""Words that several rules share: dates, lists of clients, and what an entry is called."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from unpin.catalogue.model import Catalogue
from unpin.jdk.distrusted_cas import last_issuance
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.model.certificate import Certificate
from unpin.pki.answer_cache import cached_answers
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import MODELLED, USUAL
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Reason
from unpin.rehearsal.presumed_server import verdict_alone
from unpin.wording import listed

_MOST_TITLES: Final = 3
"""Most clients that a sentence names; of more, the last are counted."""
_MOST_EFFECTS: Final = 1024
"""Of so many expired certificates the effects are remembered: stores hold the same old roots."""


def client_titles(clients: Iterable[ClientRules]) -> str:
    """The titles as one list: Java, Go and rustls; of many, the first and how many more."""
    clients = tuple(clients)
    titles = [client.title for client in clients]
    if len(titles) == len(MODELLED):
        return "all clients"
    if set(USUAL) == set(clients):
        return f"all {len(USUAL)} client families"
    if len(titles) > _MOST_TITLES:
        titles[_MOST_TITLES - 1 :] = [f"{len(titles) - _MOST_TITLES + 1} more client families"]
    return listed(titles)


def refused_by(clients: Iterable[ClientRules]) -> str:
    """Which clients do not read a file as a whole, behind its fault."""
    return f"refused or ignored by {client_titles(clients)}"


def clients_and_verb(clients: Sequence[ClientRules], verb: str) -> str:
    """The clients and what they do: Java trusts, Java and Go trust."""
    return f"{client_titles(clients)} {agreeing(clients, verb)}"


def clients_do_not(clients: Sequence[ClientRules], verb: str) -> str:
    """The clients and what they do not do: Java does not accept, Java and Go do not accept."""
    return f"{client_titles(clients)} {'does' if len(clients) == 1 else 'do'} not {verb}"


def agreeing(clients: Sequence[ClientRules], verb: str) -> str:
    """The verb for as many clients: trusts, trust."""
    return f"{verb}s" if len(clients) == 1 else verb


def certificate_name(entry: AuditedEntry) -> str:
    """The catalogue's name for the certificate of `entry`, or its own."""
    if entry.record is not None:
        return entry.record.name
    return entry.certificate.label if entry.certificate else entry.alias


def entry_name(entry: AuditedEntry) -> str:
    """Where the entry is: its alias, its file, its line, or its position in the store."""
    if entry.alias:
        return repr(entry.alias)
    file, line = getattr(entry.entry, "file", None), getattr(entry.entry, "line", None)
    if file is not None:
        return f"the certificate in {file}"
    return f"the certificate in line {line}" if line is not None else f"entry {entry.index + 1}"


def catalogue_status(entry: AuditedEntry) -> str:
    """Whether the certificate is in the catalogue, and what follows if it is not."""
    if entry.record is not None:
        return "in the catalogue"
    if entry.known is not None:
        return "on the catalogue's list, known by its SHA-1 only"
    return "not in the catalogue, so unpin cannot say when its issuer will change it"


def effect_of_expiry(context: AuditContext, entry: AuditedEntry, at: datetime | None = None) -> str:
    """Who goes on trusting `entry` after its end (at `at`, or at the moment of the audit).

    Each client is rehearsed with a server under the entry, or with its own server.
    """
    if entry.view is None or entry.certificate is None:
        return ""
    return _effect(entry.certificate, context.clients, context.catalogue, at or context.now)


@cached_answers(_MOST_EFFECTS, lambda certificate, _clients, _catalogue, _at: certificate.is_long)
def _effect(
    certificate: Certificate, every: tuple[ClientRules, ...], catalogue: Catalogue, at: datetime
) -> str:
    view = CertificateView.of(certificate)
    groups: dict[Reason | bool | None, list[ClientRules]] = {}
    for client in every:
        verdict = verdict_alone(client, view, catalogue, at)
        distrusted = verdict.reason is Reason.DISTRUSTED
        groups.setdefault(Reason.DISTRUSTED if distrusted else verdict.accepted, []).append(client)
    parts = []
    for outcome, clients in groups.items():
        match outcome:
            case True:
                parts.append((0, f"{clients_and_verb(clients, 'keep')} trusting it"))
            case False:
                parts.append((1, f"{clients_and_verb(clients, 'refuse')} every path through it"))
            case None:
                name = client_titles(clients)
                parts.append((3, f"whether {name} {agreeing(clients, 'accept')} it is not known"))
            case _:
                last = last_issuance(view.id)
                issued = f"it for server certificates that were issued after {last}"
                parts.append((2, f"{clients_and_verb(clients, 'distrust')} {issued}"))
    return ", ".join(part for _, part in sorted(parts))
