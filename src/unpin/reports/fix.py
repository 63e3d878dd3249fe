"""Put a repair into words: what goes, what comes, what stays, and the rehearsal around it."""

from collections.abc import Iterator
from typing import Final

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import own_certificate
from unpin.model.store import Integrity
from unpin.operations.repair import Repair
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import default_clients
from unpin.pki.clients.rules import ClientRules
from unpin.pki.roles import Role, role
from unpin.rehearsal.scenarios import FAILING
from unpin.reports.rehearsal import answer, heading, plan_row, reasons
from unpin.reports.rows import Row, store_row
from unpin.reports.words import argument, clients
from unpin.rewrite.plan import PlannedEntry, only_keys
from unpin.rewrite.removal_candidates import RemovalKind
from unpin.wording import counted, listed

PLAN_HEADINGS: Final = ("", "entry", "certificate", "why")
VERDICT_HEADINGS: Final = ("client", "as it is", "after the fix")
COLUMNS: Final = ("source", "action", "index", "alias", "label", "sha256", "reason", "written")

_MOST_DROPPED: Final = 8
"""Most names in the warning of what goes for good."""

_MOST_STAYING: Final = 8
"""Most entries that stay and have a line of their own."""


def plan_cells(fix: Repair) -> list[list[str]]:
    """One row an entry that goes or comes, and for those that stay and are no roots.

    Where nothing goes or comes, only the pins that stay for want of a root.
    """
    plan = fix.plan
    if not fix.due:
        return [
            ["stays", _place(fix, line), line.label, line.reason]
            for line in plan.keep
            if line.stuck
        ]
    rows = [["out", _place(fix, line), line.label, line.reason] for line in plan.remove]
    named = fix.store.format.is_java
    entries = fix.store.entries
    unseen = [own_certificate(entries[index]) for index in hidden_from_java(fix.store)]
    hidden = {certificate.sha256 for certificate in unseen if certificate is not None}
    rows += [
        [
            "in",
            alias if named else "-",
            record.name,
            f"SHA-256 {record.sha256}"
            + ("; Java does not see the copy that is there" if record.sha256 in hidden else ""),
        ]
        for alias, record in zip(fix.aliases, plan.add, strict=True)
    ]
    rows += [["missing", "-", record.name, "its bytes are not here"] for record in plan.lacking]
    rows += [
        ["stays", _place(fix, line), line.label, line.reason] for line in plan.keep[:_MOST_STAYING]
    ]
    return rows


def remarks(fix: Repair) -> Iterator[str]:
    """What the tables do not say: what else stays, what is lost, what is still wrong."""
    plan = fix.plan
    shown = len(plan.remove) + min(len(plan.keep), _MOST_STAYING)
    others = len(fix.store.entries) - shown
    if others and fix.due:
        yield f"{counted(others, 'other entry stays', 'other entries stay')} byte for byte"
    for alias, label in _longer_chains(fix):
        yield f"key {alias}: Java will end its chain with {label}, which is in the store then"
    if fix.data is not None and fix.store.protection.integrity is Integrity.NOT_CHECKED:
        yield (
            "nobody checked its integrity; the new digest is made with the given password, which "
            "alone opens it from then on"
        )
    if fix.upgrades:
        yield f"the protection is renewed: {' '.join(fix.store.protection.weaknesses)}"
        if fix.weak_keys:
            yield (
                f"{listed(fix.weak_keys)}: the key keeps its own outdated encryption, which unpin "
                "does not open; keytool -importkeystore into a new store renews it"
            )
    if only_keys(fix.store) and not fix.due:
        yield (
            "a server's own key store needs no roots; if clients trust by this one, --replace-all "
            "puts them in"
        )
    yield from _lost(fix)
    if dropped := [line.label for line in _unreplaced(fix)]:
        more = len(dropped) - _MOST_DROPPED
        names = [*dropped[:_MOST_DROPPED], *([f"{more} more"] if more > 0 else ())]
        going = counted(len(dropped), "entry goes", "entries go")
        under = "it" if len(dropped) == 1 else "them"
        yield (
            f"beware: {going} that no root of the profile stands for, and with {under} the trust "
            f"in every server under {under}: {listed(names)}"
        )
    if fix.fails:
        yield f"even then: {answer(fix.then)}"
        yield from reasons(fix.then)
        if fix.then.store.faults:
            name = argument(fix.store)
            yield f"unpin convert {name} -o NEW.pem writes the file without its faults"


def _place(fix: Repair, line: PlannedEntry) -> str:
    """The entry as `unpin list` names it: its alias, else its file, line, or number."""
    entry = fix.store.entries[line.index]
    if line.alias or entry.file:
        return line.alias or str(entry.file)
    return f"entry {line.index + 1}" if entry.line is None else f"line {entry.line}"


def _lost(fix: Repair) -> Iterator[str]:
    """Who is validated today and would not be then, by the chain that servers send."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for place in dict.fromkeys(heading(scenario) for scenario in fix.lost):
        scenarios = [scenario for scenario in fix.lost if heading(scenario) == place]
        who = clients(
            [scenario.client.ident for scenario in scenarios], len(default_clients(fix.store))
        )
        groups.setdefault((who, scenarios[0].is_risk), []).append(place)
    for (who, is_risk), places in groups.items():
        cure = "; --with-new-root adds the self-signed root that cures it" if is_risk else ""
        yield f"lost, where servers send the chain {' or '.join(places)}: {who}{cure}"


def _unreplaced(fix: Repair) -> Iterator[PlannedEntry]:
    """What goes although nothing that stays or comes has its name and key."""
    readable = (one for one in fix.then.store.certificates() if one.problem is None)
    held = {(view.subject, view.key) for view in map(CertificateView.of, readable)}
    for line in fix.plan.remove:
        certificate = own_certificate(fix.store.entries[line.index])
        if certificate is None or certificate.problem is not None:
            continue
        view = CertificateView.of(certificate)
        by_wish = line.removal is RemovalKind.EVERYTHING or role(certificate) is Role.ROOT
        if by_wish and (view.subject, view.key) not in held:
            yield line


def _longer_chains(fix: Repair) -> Iterator[tuple[str, str]]:
    """The keys whose chain goes on: Java builds it from all certificates of a PKCS12 store."""
    before = {key.raw: key for key in fix.store.keys}
    for key in fix.then.store.keys:
        if key.raw in before and len(key.chain) > len(before[key.raw].chain):
            yield key.alias, key.chain[-1].label


def verdict_cells(fix: Repair) -> list[list[str]]:
    """One row a client: its outcome as the store is, and as it would be."""
    return [
        [client.title, str(fix.before.outcome(client)), str(fix.then.outcome(client))]
        for client in fix.before.clients
    ]


def summary(fix: Repair) -> str:
    """The plan in one clause: 2 entries out, 3 in."""
    parts = []
    if fix.plan.remove:
        parts.append(f"{counted(len(fix.plan.remove), 'entry', 'entries')} out")
    if fix.plan.add:
        parts.append(f"{counted(len(fix.plan.add), 'root', 'roots')} in")
    if fix.plan.lacking:
        parts.append(f"{counted(len(fix.plan.lacking), 'root', 'roots')} missing")
    if fix.upgrades:
        parts.append("protection renewed")
    return ", ".join(parts) or "nothing to do"


def repair_row(fix: Repair, *, written: str | None, backup: str | None) -> Row:
    """One store of `unpin fix --format json`; `written` names the file, None where none was."""
    return {
        **store_row(fix.store),
        **plan_row(fix.plan),
        "aliases": list(fix.aliases),
        "upgrades_protection": fix.upgrades,
        "due": fix.due,
        "before": _outcomes(fix.before.clients, fix, after=False),
        "after": _outcomes(fix.before.clients, fix, after=True),
        "fails_after": [
            client.ident for client in fix.then.clients if fix.then.outcome(client) in FAILING
        ],
        "remarks": list(remarks(fix)),
        "refused": fix.refusal.message if fix.refusal else None,
        "written": written,
        "backup": backup,
    }


def line_rows(fix: Repair, *, written: str | None) -> Iterator[Row]:
    """One row an entry that goes, comes or stays, for CSV."""
    common: Row = {"source": fix.store.source, "written": written}
    for action, lines in (("remove", fix.plan.remove), ("keep", fix.plan.keep)):
        for line in lines:
            yield {
                **common,
                "action": action,
                "index": line.index,
                "alias": line.alias,
                "label": line.label,
                "sha256": line.sha256,
                "reason": line.reason,
            }
    for action, records, aliases in (
        ("add", fix.plan.add, fix.aliases),
        ("lacking", fix.plan.lacking, ("",) * len(fix.plan.lacking)),
    ):
        for alias, record in zip(aliases, records, strict=True):
            yield {
                **common,
                "action": action,
                "alias": alias,
                "label": record.name,
                "sha256": record.sha256,
            }


def _outcomes(families: tuple[ClientRules, ...], fix: Repair, *, after: bool) -> Row:
    run = fix.then if after else fix.before
    return {client.ident: str(run.outcome(client)) for client in families}
