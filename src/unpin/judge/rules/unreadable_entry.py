"""Rule unreadable-entry."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.other_blocks import other_block_cure
from unpin.judge.rule import rule
from unpin.judge.wording import agreeing, client_titles, refused_by
from unpin.model.encoding_faults import FaultKind
from unpin.model.entries import Entry, UnreadableEntry, UnreadableKind
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.model.known_certificates import Usual
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import ClientRules
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.roles import Role
from unpin.rehearsal.file_reading import minding

_PLAINLY_NAMED: Final = Usual(
    lambda certificate: (
        certificate.problem is None and not CertificateView.of(certificate).features.name_flaws
    )
)
"""Certificates of which every client reads the names."""


@rule("unreadable-entry")
def unreadable_entry(context: AuditContext) -> Iterator[Finding]:
    """An entry is damaged, and unpin or a client cannot read it.

    What it does
    Reports every entry whose bytes do not parse, every certificate whose encoding makes a client
    refuse the whole store, and every certificate that a client refuses because of a name in it.
    unpin reads more than any client does. A PEM block of something else, such as a certificate
    signing request or a revocation list, is a note: it can be no trust anchor (`encoding-fault`
    names the clients that refuse the file for it).

    Why it matters
    unpin did not audit what it could not read. Java refuses a whole JKS or PKCS12 store for one
    such certificate (of a PKCS12 it may say "keystore password was incorrect"). OpenSSL refuses a
    whole PEM file for one broken block.

    Example
    A block that was cut off while it was copied.

    Remedy
    Replace or remove the entry. If the file ends inside its last block, its download or copy broke
    off: get it again. This leaves out what cannot be read:
    `unpin convert --skip-unreadable truststore.pem -o clean.pem`

    References
    docs/encoding-faults.md
    """
    damages = dict(context.rehearser.damages)
    broken = _Broken.of(context)
    minding = [client for client in context.clients if client.requirements.anchor.unread_names]
    minded = minding and not (
        context.store.is_all_trusted and _PLAINLY_NAMED.holds_of(context.store.certificate_set)
    )
    for entry in context.entries if minded or damages or context.has_unreadable else ():
        if entry.role is not Role.UNREADABLE:
            if damage := damages.get(entry.index):
                yield from _refused(context, entry, damage)
            if minding and entry.view is not None and entry.view.features.name_flaws:
                yield from _unread(context, entry, minding)
            continue
        if (cure := other_block_cure(entry.entry)) is not None:
            yield unreadable_entry.finding(
                Severity.NOTE,
                context.location(entry),
                f"this block is {entry.problem}",
                Remedy(cure, entries=(entry.index,), command=context.convert_command()),
            )
            continue
        yield unreadable_entry.finding(
            Severity.ERROR,
            context.location(entry),
            f"this entry could not be read and was not judged: {entry.problem}{broken.message}",
            Remedy(_cure(entry.entry), entries=(entry.index,), command=context.convert_command()),
            broken.clients,
        )


class _Broken(NamedTuple):
    """The clients that mind a broken block, and the same as the end of a sentence."""

    message: str = ""
    clients: Sequence[ClientRules] = ()

    @classmethod
    def of(cls, context: AuditContext) -> "_Broken":
        """The fault broken-block of the file, or nothing where it has none."""
        for fault, clients in minding(context.store, context.clients):
            if fault.kind is FaultKind.BROKEN_BLOCK:
                return cls(f" ({refused_by(clients)})" if clients else "", clients)
        return cls()


def _cure(entry: Entry) -> RemedyKind:
    cut_off = isinstance(entry, UnreadableEntry) and entry.kind is UnreadableKind.CUT_OFF
    return RemedyKind.GET_FILE_AGAIN if cut_off else RemedyKind.REPLACE_ENTRY


def _refused(
    context: AuditContext, entry: AuditedEntry, damage: frozenset[Flaw]
) -> Iterator[Finding]:
    """The finding where some client refuses the store for the certificate's flaws."""
    refusing = [client for client in context.clients if damage & client.loading.refuses]
    if not refusing:
        return
    worst = sorted(damage & frozenset().union(*(client.loading.refuses for client in refusing)))
    yield unreadable_entry.finding(
        Severity.ERROR,
        context.location(entry),
        f"this certificate has {', and '.join(worst)}: a client refuses the whole store for it",
        Remedy(RemedyKind.REPLACE_ENTRY, entries=(entry.index,)),
        refusing,
    )


def _unread(
    context: AuditContext, entry: AuditedEntry, minding: Sequence[ClientRules]
) -> Iterator[Finding]:
    """The finding where some client does not read the certificate because of a name in it."""
    if entry.view is None or not entry.is_trusted_entry:
        return
    flaws = entry.view.features.name_flaws
    unreading = [client for client in minding if client.requirements.anchor.unread_names & flaws]
    if not unreading:
        return
    unread = flaws & frozenset().union(
        *(client.requirements.anchor.unread_names for client in unreading)
    )
    yield unreadable_entry.finding(
        Severity.WARNING,
        context.location(entry),
        f"this certificate has {', and '.join(sorted(unread))}: "
        f"{client_titles(unreading)} {agreeing(unreading, 'refuse')} it",
        Remedy(RemedyKind.REPLACE_ENTRY, entries=(entry.index,)),
        unreading,
    )
