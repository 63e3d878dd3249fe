"""Rule lookalike-certificate."""

import re
from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role

_KEY_TYPE = re.compile(r"\b(?:RSA|ECC|EC)\b")


@rule("lookalike-certificate")
def lookalike_certificate(context: AuditContext) -> Iterator[Finding]:
    """A certificate looks like the wanted one, but is another.

    What it does
    Looks for certificates with the name of a catalogue root and another key, and for the ECC
    root of Microsoft where the RSA root is missing.

    Why it matters
    Microsoft's own keytool recipe imported the ECC root under the RSA root's heading. A
    certificate with the right name and a wrong key makes Java stop with "Path does not chain
    with any of the trust anchors".

    Example
    "Microsoft ECC Root Certificate Authority 2017" without its RSA sibling.

    Remedy
    Add the certificate with the SHA-256 that the finding names.

    References
    docs/catalogue.md
    """
    yield from _siblings(context)
    roots = {
        record.canonical_subject: record
        for record in context.catalogue.certificates
        if record.role == "root"
    }
    keys = set(context.catalogue.root_keys)
    for one in context.trusted:
        if one.view is None or one.role is Role.SERVER:
            continue
        wanted = roots.get(one.view.subject)
        if wanted is None or (one.view.subject, one.view.key) in keys:
            continue
        yield Finding(
            "lookalike-certificate",
            Severity.WARNING,
            context.location(one),
            f"it has the name of {wanted.name} and another key: it is not that certificate, and "
            "Java stops at the name",
            f"remove it unless it is yours; the real one has SHA-256 {wanted.sha256}",
        )


def _siblings(context: AuditContext) -> Iterator[Finding]:
    """The profile's roots that are missing while one named alike, for another key type, is here."""
    held = {one.record.slug: one for one in context.trusted if one.record is not None}
    for wanted in context.catalogue.roots_of(context.profile) if context.profile else ():
        if wanted.slug in held:
            continue
        for slug, one in held.items():
            record = context.catalogue.by_slug[slug]
            if not record.is_root or not _alike(record.name, wanted.name):
                continue
            yield Finding(
                "lookalike-certificate",
                Severity.WARNING,
                context.location(one),
                f"{record.name} is here, {wanted.name} is not: an old recipe imported the one "
                "for the other",
                f"add {wanted.name} (SHA-256 {wanted.sha256})",
            )


def _alike(one: str, other: str) -> bool:
    return one != other and _KEY_TYPE.sub("*", one) == _KEY_TYPE.sub("*", other)
