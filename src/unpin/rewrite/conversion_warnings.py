"""Warn of what a conversion carries into a new store: pins, and expired certificates."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import moment
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, IssuerPool, below_roots
from unpin.pki.roles import Role, role
from unpin.pki.work import WorkLimitError, bounded_work
from unpin.rewrite.conversion_plan import MergedEntry, Remark, Topic, few_names
from unpin.wording import counted

_NO_ROOTS: Final = frozenset({Role.INTERMEDIATE, Role.SERVER})


def conversion_warnings(entries: Sequence[MergedEntry], now_ms: int) -> tuple[Remark, ...]:
    """The pins and the expired certificates among the trusted certificates of an output.

    `entries` are those of the output, `now_ms` is its creation date in milliseconds since 1970.
    Which clients depend on a pin is left to an audit.
    """
    carried = [
        (entry.store, entry.certificate)
        for entry in entries
        if entry.certificate is not None and entry.certificate.problem is None
    ]
    return (*_of_pins(carried), *_of_expired(carried, moment(now_ms)))


def _of_pins(carried: Sequence[tuple[Store, Certificate]]) -> Iterator[Remark]:
    views = [CertificateView.of(certificate) for _, certificate in carried]
    try:
        with bounded_work(len(carried)):
            rooted = below_roots(IssuerPool(views))
    except WorkLimitError:
        rooted = None
    alone: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for (store, certificate), view in zip(carried, views, strict=True):
        if role(certificate) in _NO_ROOTS:
            group = beside if rooted is not None and view.id in rooted else alone
            group.setdefault(store.source, []).append(certificate.label)
    for source, names in alone.items():
        said = counted(len(names), "certificate is no root", "certificates are no roots")
        where = "was not looked for" if rooted is None else "is not in the output"
        yield Remark(
            Topic.PIN,
            source,
            f"{said}, and the root {where}: {few_names(names)}; as a trust anchor it is a pin, and "
            "unpin audit says which clients depend on it",
        )
    for source, names in beside.items():
        said = counted(len(names), "certificate is no root", "certificates are no roots")
        yield Remark(
            Topic.PIN,
            source,
            f"{said}, and the root is in the output: {few_names(names)}; --only-roots leaves "
            f"{'it' if len(names) == 1 else 'them'} out",
        )


def _of_expired(
    carried: Sequence[tuple[Store, Certificate]], now: datetime | None
) -> Iterator[Remark]:
    expired: dict[str, list[str]] = {}
    for store, certificate in carried:
        end = certificate.fields.not_after
        if now is not None and end is not None and end <= now:
            expired.setdefault(store.source, []).append(f"{certificate.label} ({end:%Y-%m-%d})")
    for source, names in expired.items():
        said = counted(len(names), "certificate has expired", "certificates have expired")
        yield Remark(Topic.EXPIRED, source, f"{said}: {few_names(names)}")
