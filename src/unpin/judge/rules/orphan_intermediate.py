"""Rule orphan-intermediate."""

from collections.abc import Iterator

from unpin.judge.case import Case
from unpin.judge.rule import rule
from unpin.judge.rules.pinned_intermediate import carried
from unpin.judge.wording import called, listed
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("orphan-intermediate")
def orphan_intermediate(case: Case) -> Iterator[Finding]:
    """An intermediate stands beside the right roots, but its own issuer is not in the store.

    What it does
    Looks for intermediates and cross-signed CAs without their issuer, whose chains validate
    without them.

    Why it matters
    OpenSSL prefers the store's copy to the one the server sends, and then needs the rest of the
    path from the store too. It stops with "unable to get issuer certificate", although the
    recommended roots are all there. Java and Go do not care.

    Example
    The three recommended roots and "Microsoft TLS G2 RSA CA OCSP 02" in one root.crt.

    Remedy
    Remove the intermediate; the roots suffice.

    References
    openssl/openssl issue 29681; docs/why-pinning-breaks.md
    """
    for one in case.trusted:
        if one.role not in (Role.INTERMEDIATE, Role.CROSS_SIGNED) or one.rooted:
            continue
        if one.role is Role.INTERMEDIATE and not carried(case, one):
            continue
        victims = case.victims(one)
        if victims:
            message = (
                f"{called(one)} is here without its issuer: {listed(victims)} fail with it on "
                "chains that the roots in this store alone would validate"
            )
        else:
            message = (
                f"{called(one)} is here without its issuer: no effect on the clients asked about, "
                "but OpenSSL clients reading these certificates would fail"
            )
        yield Finding(
            "orphan-intermediate",
            Severity.ERROR if victims else Severity.WARNING,
            case.location(one),
            message,
            "remove this entry",
            tuple(client.ident for client in victims),
        )
