"""The sentences of a fix: what is lost, what has no replacement, the plan in a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.entries import own_certificate
from unpin.pki.certificate_view import CertificateView, IssuerPool, is_issuer
from unpin.pki.clients import reading_clients
from unpin.pki.roles import Role, role
from unpin.reports.names import some_clients
from unpin.reports.rehearsal_wording import heading
from unpin.rewrite.removal_candidates import RemovalKind
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.operations.repair import Repair
    from unpin.rewrite.plan import PlannedEntry

_MOST_DROPPED: Final = 8
"""The most names in the warning about entries that are removed without a replacement."""


def beware(dropped: Sequence[str]) -> str:
    """The warning about entries, by name, that are removed without a replacement."""
    removed = counted(len(dropped), "entry is", "entries are")
    return (
        f"beware: {removed} removed without a replacement, and clients will not trust the servers "
        f"under {'it' if len(dropped) == 1 else 'them'}: {few(dropped, _MOST_DROPPED)}"
    )


def lost_chains(repair: Repair) -> Iterator[str]:
    """The clients that connect now and would not after the fix, by the chain that servers send."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for place in dict.fromkeys(heading(scenario) for scenario in repair.lost):
        scenarios = [scenario for scenario in repair.lost if heading(scenario) == place]
        who = some_clients(
            [scenario.client.ident for scenario in scenarios], len(reading_clients(repair.store))
        )
        groups.setdefault((who, scenarios[0].is_risk), []).append(place)
    for (who, is_risk), places in groups.items():
        cure = "; --with-new-root adds the self-signed root that cures it" if is_risk else ""
        yield f"lost, where servers send the chain {' or '.join(places)}: {who}{cure}"


_BY_WISH: Final = frozenset({RemovalKind.EVERYTHING, RemovalKind.NAMED, RemovalKind.EXPIRED})


def unreplaced(repair: Repair) -> Iterator[PlannedEntry]:
    """The removed entries for which no certificate of the new store has the same name and key.

    Only roots, and the entries of --replace-all, --drop-expired and --remove.
    """
    readable = (
        certificate
        for certificate in repair.then.store.certificates()
        if certificate.problem is None
    )
    views = [CertificateView.of(certificate) for certificate in readable]
    held = {(view.subject, view.key) for view in views}
    pool = IssuerPool(views)
    for line in repair.plan.remove:
        certificate = own_certificate(repair.store.entries[line.index])
        if certificate is None or certificate.problem is not None:
            continue
        view = CertificateView.of(certificate)
        by_wish = line.removal in _BY_WISH or role(certificate) is Role.ROOT
        above = any(is_issuer(issuer, view) for issuer in pool.called(view.issuer))
        if by_wish and (view.subject, view.key) not in held and not above:
            yield line


def longer_chains(repair: Repair) -> Iterator[tuple[str, str]]:
    """The keys whose chain becomes longer: Java uses all certificates of a PKCS12 store for it."""
    before = {key.raw: key for key in repair.store.keys}
    for key in repair.then.store.keys:
        if key.raw in before and len(key.chain) > len(before[key.raw].chain):
            yield key.alias, key.chain[-1].label


def plan_summary(repair: Repair) -> str:
    """The plan in a short clause: 2 entries out, 3 in."""
    parts = []
    if repair.plan.remove:
        parts.append(f"{counted(len(repair.plan.remove), 'entry', 'entries')} out")
    if repair.plan.add:
        parts.append(f"{counted(len(repair.plan.add), 'root', 'roots')} in")
    if repair.plan.lacking:
        parts.append(f"{counted(len(repair.plan.lacking), 'root', 'roots')} missing")
    if repair.upgrades:
        parts.append("protection renewed")
    if repair.repaired:
        parts.append(
            f"{counted(len(repair.repaired), 'encoding fault', 'encoding faults')} repaired"
        )
    return ", ".join(parts) or "nothing to do"
