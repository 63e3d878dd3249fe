"""`unpin catalogue`: the certificates and profiles, and all the facts of a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.reports.blocks import Table, Title
from unpin.reports.escaping import on_lines, on_terminal
from unpin.reports.plan import NOT_BUNDLED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from unpin.catalogue.model import Catalogue, CatalogueCertificate
    from unpin.reports.blocks import Block
    from unpin.reports.escaping import TerminalText

_CERTIFICATES: Final = ("certificate", "role", "chains", "expires", "available")
_PROFILES: Final = ("profile", "title", "date", "source")


def overview(catalogue: Catalogue, today: date) -> Iterator[Block]:
    """A table of the certificates, and a table of the profiles."""
    age = (today - catalogue.date_seen).days
    yield Title((f"{catalogue.title}, seen {catalogue.date_seen} ({age} days ago)",))
    yield Table(
        _CERTIFICATES,
        [
            [
                record.slug,
                record.role,
                ", ".join(record.chains),
                f"{record.not_after:%Y-%m-%d}",
                "yes" if record.certificate is not None else "no",
            ]
            for record in catalogue.certificates
        ],
    )
    yield Table(
        _PROFILES,
        [
            [profile.name, profile.title, str(profile.date), profile.source]
            for profile in catalogue.profiles
        ],
    )


def facts(record: CatalogueCertificate) -> TerminalText:
    """The facts of a certificate, one per line."""
    said = {
        "name": record.name,
        "role": record.role,
        "subject": record.subject,
        "issuer": record.issuer,
        "serial": f"{record.serial:x}",
        "SHA-256": record.sha256,
        "SHA-1": record.sha1,
        "SPKI SHA-256": record.spki_sha256,
        "subject key id": record.key_id.hex() if record.key_id else "none",
        "valid": f"{record.not_before:%Y-%m-%d} to {record.not_after:%Y-%m-%d}",
        "key": record.key,
        "chains": ", ".join(record.chains),
        "issued by": ", ".join(record.issued_by) or "unknown",
        "address": record.url or "unknown",
        "source": record.source,
        "certificate from": record.origin or NOT_BUNDLED,
        "retired": record.retired or "no",
        "leaving": record.leaving or "no",
    }
    width = max(map(len, said))
    return on_lines(on_terminal(f"{name:{width}}  {fact}") for name, fact in said.items())
