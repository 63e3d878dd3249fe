"""Rule pinned-intermediate."""

from collections.abc import Iterator

from unpin.judge.case import Case, Judged
from unpin.judge.rule import rule
from unpin.judge.wording import called, listed, whose
from unpin.model.finding import Finding, Severity
from unpin.pki.clients import ClientRules
from unpin.pki.roles import Role


@rule("pinned-intermediate")
def pinned_intermediate(case: Case) -> Iterator[Finding]:
    """An intermediate CA is an anchor, and no root of its path is in the store.

    What it does
    Looks for CA certificates that somebody else signed, where no path to a root lies in the
    store and nothing else in the store validates the chains through it.

    Why it matters
    Java, Go, GnuTLS, rustls and OpenSSL with partial chains accept it, so the application works
    today. When the server moves to another intermediate, every connection fails. Plain OpenSSL
    clients (psql, Node, Python up to 3.12) never accepted it.

    Example
    A cacerts that holds "Microsoft Azure RSA TLS Issuing CA 03" but not "DigiCert Global Root G2".

    Remedy
    Add the root above it, then remove the intermediate.

    References
    Microsoft, "Certificate pinning and Azure services"; docs/why-pinning-breaks.md
    """
    for one in case.trusted:
        if one.role is not Role.INTERMEDIATE or one.rooted or carried(case, one):
            continue
        broken = tuple(client for client in case.clients if _breaks(case, client, one))
        if broken:
            effect = (
                f"{listed(broken)} trust servers under it only through this entry and fail "
                "as soon as the server moves to the new chain"
            )
        elif one.record is not None:
            effect = "no root of its path is here; it helps no client on the new chain"
        else:
            effect = (
                "no root of its path is here; clients that accept it fail as soon as the server "
                "uses another intermediate"
            )
        yield Finding(
            "pinned-intermediate",
            Severity.ERROR,
            case.location(one),
            f"{called(one)} is a standalone intermediate ({whose(one)}): {effect}",
            _remedy(one),
            tuple(client.ident for client in broken),
        )


def carried(case: Case, one: Judged) -> bool:
    """Whether the chains through `one` validate for some client even without it.

    Only the catalogue knows those chains; for other certificates the answer is no. A twin (same
    name and key) of a presented certificate is in the chain as much as the certificate itself.
    """
    if one.link is None:
        return False
    twins = {
        record.slug
        for record in case.catalogue.by_subject_key.get((one.link.subject, one.link.key), ())
    }
    return any(
        case.accepts(client, chain, issuing, frozenset({one.index}))
        for chain, issuing in case.chains()
        if not twins.isdisjoint((issuing, chain.bridge))
        for client in case.clients
    )


def _breaks(case: Case, client: ClientRules, one: Judged) -> bool:
    today = any(
        case.accepts(client, chain, issuing)
        and not case.accepts(client, chain, issuing, frozenset({one.index}))
        for chain, issuing in case.chains()
        if chain.name.startswith("current")
    )
    after = any(
        case.accepts(client, chain, issuing)
        for chain, issuing in case.chains()
        if chain.name.startswith("new")
    )
    return today and not after


def _remedy(one: Judged) -> str:
    if one.record is not None:
        return "add the roots of the profile, then remove this entry"
    issuer = one.certificate.fields.issuer.label if one.certificate else "its issuer"
    return f"ask its owner for the root above {issuer}, add that, then remove this entry"
