"""Rule unrelated-store."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("unrelated-store")
def unrelated_store(context: AuditContext) -> Iterator[Finding]:
    """The store is not for the servers of the default profile.

    What it does
    Without `--profile`, looks for a certificate of the catalogue, a certificate below its CAs, or
    the roots of ten organisations (a general bundle). Where there is none, unpin judges the
    entries, and does not ask for the roots of the profile.

    Why it matters
    A company's own CA, or the bundle of another vendor, needs no roots of Azure. A store that is
    for Azure, and has lost all its certificates, looks the same.

    Example
    A truststore with the CA of the company alone.

    Remedy
    If its clients connect to a service of the catalogue, name the profile:
    `unpin audit --profile azure-postgresql truststore.p12`

    References
    docs/catalogue.md
    """
    if context.set_aside is None or not context.trusted:
        return
    yield unrelated_store.finding(
        Severity.WARNING,
        context.location(),
        f"no certificate of the catalogue {context.catalogue.name} is in the store, so the chains "
        f"of {context.set_aside.name} were not rehearsed",
        Remedy(
            RemedyKind.NAME_PROFILE, command=("unpin", "audit", "--profile", context.set_aside.name)
        ),
    )
