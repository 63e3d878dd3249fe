"""Words that several rules share: dates, lists of clients, and what an entry is called."""

from collections.abc import Iterable
from datetime import datetime

from unpin.judge.case import Judged
from unpin.pki.clients import ClientRules


def day(moment: datetime | None) -> str:
    """A date as YYYY-MM-DD, or "an unreadable date"."""
    return moment.strftime("%Y-%m-%d") if moment else "an unreadable date"


def listed(clients: Iterable[ClientRules]) -> str:
    """The titles as one list: Java, Go and rustls."""
    titles = [client.title for client in clients]
    if len(titles) < 2:
        return "".join(titles)
    return f"{', '.join(titles[:-1])} and {titles[-1]}"


def called(one: Judged) -> str:
    """The catalogue's name for the entry, or its own."""
    if one.record is not None:
        return one.record.name
    return one.certificate.label if one.certificate else one.alias


def whose(one: Judged) -> str:
    """Whether the certificate is the catalogue's or someone else's, said as what it is."""
    if one.record is not None:
        return "in the catalogue"
    return "not in the catalogue, so unpin cannot say when its issuer will change it"
