"""Words that several rules share: dates, lists of clients, and what an entry is called."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from unpin.judge.audited_entry import AuditedEntry
from unpin.pki.clients import MODELLED
from unpin.pki.clients.rules import ClientRules
from unpin.wording import listed as words_listed


def day(moment: datetime | None) -> str:
    """A date as YYYY-MM-DD, or "an unreadable date"."""
    return moment.strftime("%Y-%m-%d") if moment else "an unreadable date"


_MOST_NAMED = 5


def listed(clients: Iterable[ClientRules]) -> str:
    """The titles as one list: Java, Go and rustls; of many, the first and how many more."""
    titles = [client.title for client in clients]
    if len(titles) == len(MODELLED):
        return "all clients"
    if len(titles) > _MOST_NAMED:
        titles[_MOST_NAMED - 1 :] = [f"{len(titles) - _MOST_NAMED + 1} more client families"]
    return words_listed(titles)


def who(clients: Sequence[ClientRules], verb: str) -> str:
    """The clients and what they do: Java trusts, Java and Go trust."""
    return f"{listed(clients)} {verb}{'s' if len(clients) == 1 else ''}"


def called(one: AuditedEntry) -> str:
    """The catalogue's name for the entry, or its own."""
    if one.record is not None:
        return one.record.name
    return one.certificate.label if one.certificate else one.alias


def whose(one: AuditedEntry) -> str:
    """Whether the certificate is the catalogue's or someone else's, said as what it is."""
    if one.record is not None:
        return "in the catalogue"
    if one.known is not None:
        return "on the catalogue's list, known by its SHA-1 only"
    return "not in the catalogue, so unpin cannot say when its issuer will change it"
