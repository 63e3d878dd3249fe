"""The sentences of an audit: the remedy of a finding, and the verdict on a store."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from unpin.model.finding import AuditStatus, Remedy, RemedyKind, Severity
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.judge.run import Audit
    from unpin.model.finding import CertificateReference


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
                f"ask its owner for the root of its path (its issuer is {_certificates(remedy)}), "
                "add that, then remove this entry"
            )
        case RemedyKind.SEND_WHOLE_CHAIN:
            return "have the server send its whole chain, then remove this entry"
        case RemedyKind.TRUST_SERVER_ROOT:
            return "trust the root of the server's chain, then remove this entry"
        case RemedyKind.RENEW_SERVER_CERTIFICATE:
            return "have the server's certificate renewed, trust its root, then remove this entry"
        case RemedyKind.TRUST_ISSUER:
            return "trust the CA that signs the servers' certificates, then remove this entry"
        case RemedyKind.REMOVE_ENTRY:
            return "remove this entry"
        case RemedyKind.REMOVE_UNUSED:
            return "remove this entry unless something still needs it"
        case RemedyKind.REMOVE_DUPLICATES:
            return "remove all but one of them"
        case RemedyKind.GET_NEW_BUNDLE:
            return "get the current bundle where this one came from"
        case RemedyKind.REPLACE_LOOKALIKE:
            return f"remove this entry unless it is yours; the real one is {_certificates(remedy)}"
        case RemedyKind.REPLACE_ENTRY:
            return "replace or remove this entry"
        case RemedyKind.REPLACE_BY_SUCCESSOR:
            return "replace this entry by its successor"
        case RemedyKind.REISSUE_CA:
            return (
                "have its owner issue this CA certificate anew with the same name and key, and put "
                "it in the place of this entry"
            )
        case RemedyKind.ADD_SUCCESSOR:
            return "add its successor before that day"
        case RemedyKind.KEEP_ENTRY:
            return "keep this entry while that server uses it"
        case RemedyKind.KEEP_PREDECESSOR:
            return "keep the certificate that it replaces until that day, and check the clock"
        case RemedyKind.RENAME_ALIAS:
            return "give each entry an alias of its own"
        case RemedyKind.REIMPORT_ENTRY:
            return "import it again with keytool under an alias of its own in lower case"
        case RemedyKind.SATISFY_JAVA:
            return "remove what Java refuses, or write the store again with keytool"
        case RemedyKind.SET_TRUST_STORE_PASSWORD:
            return "set javax.net.ssl.trustStorePassword wherever this store is used"
        case RemedyKind.REDUCE_STORE:
            return "remove the certificates that no client needs, and audit the store again"
        case RemedyKind.GIVE_PASSWORD:
            return "give the password with --password-file FILE or UNPIN_PASSWORD"
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
            return (
                "write a file for each certificate (unpin convert --split), then run openssl rehash"
            )
        case RemedyKind.RENEW_PROTECTION:
            return "write the store again with a current version of the tool that made it"
        case RemedyKind.WRITE_FOR_OLD_JAVA:
            return "update an older Java, or write a copy for it (unpin convert --scheme jdk8)"
        case RemedyKind.SEPARATE_NAMESAKES:
            return (
                "keep the two in a file each, for the clients of its servers; no order suits both"
            )
        case RemedyKind.SEPARATE_KEYS:
            return "keep private keys and trusted certificates in two files"
        case RemedyKind.USE_ROOT_ALONE:
            names = " and ".join(certificate.name for certificate in remedy.certificates)
            return f"see {shlex.join(remedy.command)}; a store that holds only {names} works"
        case RemedyKind.TRY_CLIENT:
            return (
                "connect with the client itself, or use a store that holds only the profile's roots"
            )


def verdict_text(audit: Audit) -> str:
    """The meaning of the findings for the store, in a sentence."""
    severities = [finding.severity for finding in audit.findings]
    counts = [
        counted(number, severity, f"{severity}s")
        for severity in Severity
        if (number := severities.count(severity))
    ]
    entries = counted(len(audit.entries), "entry", "entries")
    summary = ", ".join(counts) or "no findings"
    match audit.status:
        case AuditStatus.NOTHING_TRUSTED:
            return f"nothing trusted in this store ({entries}; {summary})"
        case AuditStatus.PINNED:
            return (
                f"pinned: {len(audit.breaking)} of {entries} will break or already break clients "
                f"({summary})"
            )
        case AuditStatus.NEEDS_WORK:
            return f"needs work ({entries}; {summary})"
        case AuditStatus.NO_PINS:
            return f"no pins ({entries}; {summary})"
        case AuditStatus.READY:
            return f"ready for the rotation ({entries}; {summary})"


def _certificates(remedy: Remedy) -> str:
    return " and ".join(_reference(certificate) for certificate in remedy.certificates)


def _reference(certificate: CertificateReference) -> str:
    if certificate.sha256 is None:
        return certificate.name
    return f"{certificate.name} (SHA-256 {certificate.sha256})"
