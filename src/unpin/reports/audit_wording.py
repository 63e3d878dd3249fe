"""The sentences of an audit: the remedy of a finding, and the verdict on a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.judge.rules.gave_up import gave_up
from unpin.model.finding import AuditStatus, Remedy, RemedyKind, Severity
from unpin.rehearsal.scenarios import RotationOutcome
from unpin.reports.blocks import Tone
from unpin.reports.names import entry_title, family_titles, shell_command, some_clients
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.judge.run import Audit, Pin
    from unpin.model.finding import CertificateReference
    from unpin.model.store import Store
    from unpin.operations.inventory import LinkedReference


def remedy_text(remedy: Remedy) -> str:  # noqa: C901, PLR0911, PLR0912  (a case for each kind)
    """The cure of a finding: a lower-case sentence without a full stop."""
    match remedy.kind:
        case RemedyKind.ADD_ROOTS:
            return f"add {_certificates(remedy)}"
        case RemedyKind.REPLACE_PIN:
            return "add the roots of the profile, then remove this entry"
        case RemedyKind.REPLACE_BY_ROOT:
            return f"add {_certificates(remedy)}, then remove this entry"
        case RemedyKind.ASK_OWNER:
            return (
                f"ask its owner for the root of its path (new-root.pem; {_certificates(remedy)} "
                "signed it), add that, then remove this entry"
            )
        case RemedyKind.SEND_WHOLE_CHAIN:
            return "have the server send its whole chain, then remove this entry"
        case RemedyKind.TRUST_SERVER_ROOT:
            return (
                "get the root of the server's chain (new-root.pem), add it, then remove this entry"
            )
        case RemedyKind.RENEW_SERVER_CERTIFICATE:
            return (
                "have the server's certificate renewed, add its root (new-root.pem), then remove "
                "this entry"
            )
        case RemedyKind.TRUST_ISSUER:
            return (
                "get the CA that signs the servers' certificates (new-root.pem), add it, then "
                "remove this entry"
            )
        case RemedyKind.REMOVE_ENTRY:
            return "remove this entry"
        case RemedyKind.REMOVE_UNUSED:
            return "remove this entry unless something still needs it"
        case RemedyKind.REMOVE_EXPIRED:
            return "remove the expired CA certificates unless something still needs them"
        case RemedyKind.REMOVE_DUPLICATES:
            return "remove all but one of them"
        case RemedyKind.GET_NEW_BUNDLE:
            return "get the current bundle where this one came from"
        case RemedyKind.REPLACE_LOOKALIKE:
            real = _certificates(remedy)
            return f"add the real certificate, {real}, and remove this entry unless it is yours"
        case RemedyKind.REPLACE_ENTRY:
            return "get the certificate again if a client needs it, and remove this entry"
        case RemedyKind.GET_FILE_AGAIN if remedy.command:
            return (
                "the download or copy of the file broke off: get it again; until then, this keeps "
                "what is whole"
            )
        case RemedyKind.GET_FILE_AGAIN:
            return "the download or copy of the file broke off: get it again"
        case RemedyKind.REPLACE_BY_SUCCESSOR:
            return "get its successor (new-root.pem), add it, then remove this entry"
        case RemedyKind.REISSUE_CA:
            return (
                "have its owner issue this CA certificate anew with the same name and key "
                "(new-root.pem), add it, then remove this entry"
            )
        case RemedyKind.ADD_SUCCESSOR:
            return "get its successor (new-root.pem), and add it before that day"
        case RemedyKind.KEEP_ENTRY:
            return "keep this entry while that server uses it"
        case RemedyKind.KEEP_PREDECESSOR:
            return "keep the certificate that it replaces until that day, and check the clock"
        case RemedyKind.RENAME_ALIAS:
            return "write the store again, with an alias of its own for each entry"
        case RemedyKind.REIMPORT_ENTRY:
            return "write the store again, so that Java sees each entry"
        case RemedyKind.SATISFY_JAVA:
            return "write the store again in a form that Java reads"
        case RemedyKind.SET_TRUST_STORE_PASSWORD:
            return "set javax.net.ssl.trustStorePassword wherever this store is used"
        case RemedyKind.REDUCE_STORE:
            return "remove the certificates that no client needs, and audit the store again"
        case RemedyKind.GIVE_PASSWORD:
            return "give the password, in a file or in UNPIN_PASSWORD"
        case RemedyKind.CONVERT_TO_PEM:
            return "write the file again as plain PEM"
        case RemedyKind.REMOVE_BLOCK:
            return "remove this block, which is no certificate"
        case RemedyKind.REPLACE_REQUEST:
            return (
                "remove this block; a request is what a CA signs: ask the CA for the certificate "
                "that it issued"
            )
        case RemedyKind.MOVE_REVOCATION_LIST:
            return (
                "move this block to a file of its own, for the option of the client that takes "
                "revocation lists"
            )
        case RemedyKind.SPLIT_AND_REHASH:
            return "write a file for each certificate, then run openssl rehash on their folder"
        case RemedyKind.RENEW_PROTECTION:
            return "write the store again with a current protection"
        case RemedyKind.WRITE_FOR_OLD_JAVA:
            return "update an older Java, or write a copy for it"
        case RemedyKind.SEPARATE_NAMESAKES:
            return (
                "keep the two in a file each, for the clients of its servers; no order suits both"
            )
        case RemedyKind.SEPARATE_KEYS:
            return "write the trusted certificates into a file of their own"
        case RemedyKind.MAKE_TRUST_STORE if remedy.command:
            return "if clients use it as their trust store, give them one with the root of the key"
        case RemedyKind.MAKE_TRUST_STORE:
            return (
                "if clients use it as their trust store, give them one with the root of their "
                "servers (unpin convert new-root.pem -o new.p12)"
            )
        case RemedyKind.USE_ROOT_ALONE:
            names = " and ".join(certificate.name for certificate in remedy.certificates)
            return f"use a store that holds only {names}; see who connects then"
        case RemedyKind.NAME_PROFILE:
            return "if its clients connect to these servers, name the profile"
        case RemedyKind.TRY_CLIENT:
            return (
                "connect with the client itself, or use a store that holds only the profile's roots"
            )


def remedy_command(remedy: Remedy, store: Store) -> str:
    """The command of a remedy, to be pasted into a shell; "" where there is none."""
    return shell_command(remedy.command, store) if remedy.command else ""


def verdict_text(audit: Audit) -> str:
    """The status and what it means for the store, in a line."""
    return f"{STATUS_WORDS[audit.status]}: {reason_text(audit)}"


STATUS_WORDS: Final = {
    AuditStatus.READY: "READY",
    AuditStatus.PINNED: "PINNED",
    AuditStatus.FAILING: "FAILING",
    AuditStatus.UNKNOWN: "UNKNOWN",
    AuditStatus.UNREADABLE: "UNREADABLE",
    AuditStatus.NOT_FOR_PROFILE: "NOT-FOR-PROFILE",
}


def reason_text(audit: Audit) -> str:
    """What the status means for the store: a sentence without a full stop."""
    match audit.status:
        case AuditStatus.READY if audit.profile is None:
            return "no pin and no error; no profile was asked about"
        case AuditStatus.READY:
            if audit.rotation_is_over:
                return f"no pin and no error; clients of {audit.profile} connect with the new chain"
            return f"no pin and no error; clients of {audit.profile} survive the rotation"
        case AuditStatus.PINNED:
            return _pinned(audit)
        case AuditStatus.FAILING:
            first = next(f for f in audit.findings if f.severity is Severity.ERROR)
            more = audit.count(Severity.ERROR) - 1
            others = f" (and {counted(more, 'more error', 'more errors')})" if more else ""
            return f"{first.message}{others}"
        case AuditStatus.UNKNOWN:
            rules = {finding.rule for finding in audit.findings}
            if gave_up.ident in rules:
                return "unpin gave up before it had judged the whole store"
            return "whether every client connects is not known"
        case AuditStatus.UNREADABLE:
            return "no trusted certificate of the store can be read"
        case AuditStatus.NOT_FOR_PROFILE if audit.store.keys and not audit.store.trusted:
            keys = counted(len(audit.store.keys), "key", "keys")
            return (
                f"a key store ({keys}, no trusted certificate): clients that use it as their trust "
                "store trust no CA"
            )
        case AuditStatus.NOT_FOR_PROFILE:
            return "no pin and no error; no certificate of the catalogue is in the store"


def failing_clients(audit: Audit) -> Iterator[str]:
    """A line for each outcome with which clients fail, or are not known to connect."""
    groups: dict[RotationOutcome, list[str]] = {}
    for ident, outcome in audit.outcomes.items():
        if outcome is not RotationOutcome.SURVIVES:
            groups.setdefault(outcome, []).append(ident)
    for outcome, idents in groups.items():
        names = some_clients(idents, len(audit.clients))
        if outcome is RotationOutcome.UNKNOWN:
            yield f"{names}: not known"
        else:
            yield f"{names}: {outcome}"


def _pinned(audit: Audit) -> str:
    breaking = [pin for pin in audit.pins if pin.breaks]
    if breaking:
        number = counted(len(breaking), "entry makes", "entries make")
        names = few([_entry(audit, pin) for pin in breaking])
        return f"{number} clients fail, now or when its CA changes: {names}".replace(
            "its CA", "its CA" if len(breaking) == 1 else "their CA"
        )
    names = few([_entry(audit, pin) for pin in audit.pins])
    roots = list(dict.fromkeys(root for pin in audit.pins for root in pin.roots))
    while_they_stay = f" while {few(roots)} {_stay(roots)}" if roots else ""
    clients = some_clients(audit.clients, len(audit.clients))
    errors = "" if not audit.count(Severity.ERROR) else "; see the errors"
    return f"{names} (harmless for {clients}{while_they_stay}){errors}"


def _stay(names: Sequence[str]) -> str:
    return "stays" if len(names) == 1 else "stay"


def _entry(audit: Audit, pin: Pin) -> str:
    title = entry_title(audit.entries[pin.index].entry, pin.index)
    return title if title == pin.name else f"{title} ({pin.name})"


def _certificates(remedy: Remedy) -> str:
    return " and ".join(_reference(certificate) for certificate in remedy.certificates)


def _reference(certificate: CertificateReference) -> str:
    if certificate.sha256 is None:
        return certificate.name
    return f"{certificate.name} (SHA-256 {certificate.sha256})"


def status_word(audit: Audit) -> str:
    """The status as people read it."""
    return word_of_status(audit.status, audit.count(Severity.ERROR) > 0)


def status_tone(audit: Audit) -> Tone:
    """Whether the status is good or bad news."""
    return tone_of_status(audit.status, audit.count(Severity.ERROR) > 0)


def word_of_status(status: AuditStatus, errors: bool) -> str:
    """The status as people read it: a pin without an error is harmless for now."""
    harmless = status is AuditStatus.PINNED and not errors
    return "HARMLESS PIN" if harmless else STATUS_WORDS[status]


def tone_of_status(status: AuditStatus, errors: bool) -> Tone:
    """Whether a status is good or bad news."""
    match status:
        case AuditStatus.READY:
            return Tone.GOOD
        case AuditStatus.PINNED:
            return Tone.BAD if errors else Tone.DOUBTFUL
        case AuditStatus.FAILING | AuditStatus.UNREADABLE:
            return Tone.BAD
        case AuditStatus.UNKNOWN:
            return Tone.DOUBTFUL
        case AuditStatus.NOT_FOR_PROFILE:
            return Tone.NEUTRAL


def judged_for(audit: Audit, users: Sequence[LinkedReference]) -> str:
    """The clients for which a store is judged, and what refers to it for them."""
    places = [
        f"{each.reference.reader} in {each.reference.file}:{each.reference.line}" for each in users
    ]
    return f"{family_titles(audit.clients)}: {few(places)}"
