"""Rule lookalike-certificate."""

import re
from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import CertificateReference, Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role

_KEY_TYPE = re.compile(r"\b(?:RSA|ECC|EC)\b")


@rule("lookalike-certificate", curable=True)
def lookalike_certificate(context: AuditContext) -> Iterator[Finding]:
    """A certificate has the name of a root, or nearly so, but is not that root.

    What it does
    Looks for certificates with the name of a root of the catalogue and another key, and for
    Microsoft's ECC root where the RSA root is missing.

    Why it matters
    Microsoft's own keytool recipe imported the ECC root under the RSA root's heading. A
    certificate with the right name and a wrong key makes Java stop with "Path does not chain
    with any of the trust anchors".

    Example
    "Microsoft ECC Root Certificate Authority 2017" without "Microsoft RSA Root Certificate
    Authority 2017".

    Remedy
    Add the root that the finding names, and compare its SHA-256:
    `unpin fix truststore.p12`

    References
    docs/catalogue.md
    """
    yield from _siblings(context)
    roots = context.catalogue.root_by_subject
    for entry in context.remarkable:
        wanted = None if entry.view is None else roots.get(entry.view.subject)
        if wanted is None or entry.view is None or entry.role is Role.SERVER:
            continue
        if (entry.view.subject, entry.view.key) in context.catalogue.root_keys:
            continue
        yield lookalike_certificate.finding(
            Severity.WARNING,
            context.location(entry),
            f"it has the name of {wanted.name} but another key: it is a different certificate, and "
            "Java looks no further than the name",
            Remedy(
                RemedyKind.REPLACE_LOOKALIKE,
                (CertificateReference(wanted.name, wanted.sha256),),
                (entry.index,),
            ),
        )


def _siblings(context: AuditContext) -> Iterator[Finding]:
    """The profile's roots that are missing while a root named alike, of another key type, is here.

    An old recipe imported the latter for the former.
    """
    held = {entry.record.slug: entry for entry in context.remarkable if entry.record is not None}
    for wanted in context.catalogue.roots_of(context.profile) if context.profile else ():
        if wanted.slug in held:
            continue
        for slug, entry in held.items():
            record = context.catalogue.by_slug[slug]
            if not record.is_root or not _alike(record.name, wanted.name):
                continue
            yield lookalike_certificate.finding(
                Severity.WARNING,
                context.location(entry),
                f"{record.name} is in the store, but {wanted.name} is not: an old recipe imported "
                "the former in the place of the latter",
                Remedy(
                    RemedyKind.ADD_ROOTS,
                    (CertificateReference(wanted.name, wanted.sha256),),
                    command=context.fix_command(),
                ),
            )


def _alike(name: str, other: str) -> bool:
    return name != other and _KEY_TYPE.sub("*", name) == _KEY_TYPE.sub("*", other)
