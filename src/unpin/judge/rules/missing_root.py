"""Rule missing-root."""

from collections.abc import Iterator

from unpin.judge.case import Case
from unpin.judge.rule import rule
from unpin.judge.wording import listed
from unpin.model.finding import Finding, Severity


@rule("missing-root")
def missing_root(case: Case) -> Iterator[Finding]:
    """A root that the profile's clients need is not in the store.

    What it does
    Compares the store with the roots of the profile (`--profile`), and rehearses the current and
    the new chain to say whom the absence hurts.

    Why it matters
    Without the root of the new chain, verifying clients cannot connect after the rotation.

    Example
    A store with "DigiCert Global Root CA" but without "DigiCert Global Root G2".

    Remedy
    Add the root; `unpin catalogue export` writes it as PEM.

    References
    Microsoft, "TLS in Azure Database for PostgreSQL"
    """
    if case.profile is None:
        return
    present = {(one.link.subject, one.link.key) for one in case.trusted if one.link and one.rooted}
    for wanted in case.profile.roots:
        record = case.catalogue.by_slug[wanted.slug]
        if (record.canonical_subject, record.spki_sha256) in present:
            continue
        failing = tuple(
            client
            for client in case.clients
            if any(
                not case.accepts(client, chain, issuing)
                for chain, issuing in case.chains()
                if chain.root == wanted.slug and chain.name in ("current", "new")
            )
        )
        effect = (
            f"{listed(failing)} cannot validate every chain that ends there"
            if failing
            else wanted.who
        )
        yield Finding(
            "missing-root",
            Severity.ERROR if failing else Severity(wanted.otherwise),
            case.location(),
            f"{record.name} is not in the store: {effect}",
            f"add {record.name} (SHA-256 {record.sha256})",
            tuple(client.ident for client in failing),
        )
