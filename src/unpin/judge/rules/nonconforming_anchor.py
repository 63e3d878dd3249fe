"""Rule nonconforming-anchor."""

from collections.abc import Iterator
from typing import Final

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.model.known_certificates import KnownCertificates
from unpin.pki.certificate_view import CertificateView
from unpin.pki.path_validation.strict import breach, unmet
from unpin.pki.roles import Role
from unpin.pki.verdict import Reason
from unpin.wording import listed


@rule("nonconforming-anchor")
def nonconforming_anchor(context: AuditContext) -> Iterator[Finding]:
    """A CA certificate breaks a rule of RFC 5280, and Python 3.13 refuses what it signed.

    What it does
    Asks the strict clients for a server certificate under each trusted certificate. It is an
    error if you ask for no other client: `unpin audit --client openssl-strict root.crt`.

    Why it matters
    From 3.13 on, Python's default TLS context sets ssl.VERIFY_X509_STRICT. OpenSSL then refuses
    CA certificates whose BasicConstraints are not critical, or which lack the keyUsage or the
    subjectKeyIdentifier, and servers' certificates without authorityKeyIdentifier. Private CAs
    made with old recipes have such certificates. All other clients accept them.

    Example
    A private root made with `openssl req -x509 -addext basicConstraints=CA:TRUE`.

    Remedy
    Have the CA certificate issued anew with the same name and key: what it signed stays valid.
    docs/recipes.md has the commands. `unpin rehearse --chain-file chain.pem root.crt` shows whether
    the certificates that a server sends pass as well. Until then a program can set
    `context.verify_flags &= ~ssl.VERIFY_X509_STRICT`.

    References
    Python, "What's new in Python 3.13", ssl; openssl-verification-options(1), -x509_strict
    """
    strict = [client for client in context.clients if client.requirements.strict]
    if not strict:
        return
    severity = Severity.ERROR if len(strict) == len(context.clients) else Severity.WARNING
    for entry in context.trusted_but(_CONFORMING, _is_conforming_root):
        view = entry.view
        if view is None or not view.valid(context.now):
            continue
        verdicts = {client: context.verdict_alone(client, view, context.now) for client in strict}
        clients = [
            client for client, found in verdicts.items() if found.reason is Reason.NOT_STRICT
        ]
        first = breach(verdicts[clients[0]].path) if clients else None
        if first is None:
            continue
        faults = listed(requirement.fault for requirement in unmet(view, server=False, last=True))
        yield nonconforming_anchor.finding(
            severity,
            context.location(entry),
            f"{certificate_name(entry)} has {faults}: Python from 3.13 and other strict clients "
            "refuse every server whose path ends at it, and print "
            f'"{first.requirement}"',
            Remedy(RemedyKind.REISSUE_CA, entries=(entry.index,)),
            clients,
        )


_CONFORMING: Final = KnownCertificates()
"""Roots that were found to meet every requirement at the end of a path."""


def _is_conforming_root(entry: AuditedEntry) -> bool:
    root = entry.certificate
    if root is None or entry.role is not Role.ROOT:
        return False
    return not unmet(CertificateView.of(root), server=False, last=True)
