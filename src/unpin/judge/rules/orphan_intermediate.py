"""Rule orphan-intermediate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.rules.pinned_intermediate import is_pin
from unpin.judge.wording import called, who
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("orphan-intermediate")
def orphan_intermediate(context: AuditContext) -> Iterator[Finding]:
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
    for one in context.trusted:
        if one.role not in (Role.INTERMEDIATE, Role.CROSS_SIGNED) or one.rooted:
            continue
        if is_pin(context, one):
            continue
        victims = context.victims(one)
        dependents = context.dependents(one, context.handshakes_through(one))
        if victims:
            effect = (
                f"{who(victims, 'fail')} with it on chains that the roots in this store alone "
                "would validate"
            )
        elif dependents:
            effect = f"{who(dependents, 'trust')} servers below it only through this entry"
        else:
            effect = (
                "no effect on the clients asked about, but OpenSSL clients reading these "
                "certificates would stop at it"
            )
        yield Finding(
            "orphan-intermediate",
            Severity.ERROR if victims else Severity.WARNING,
            context.location(one),
            f"{called(one)} is here without its issuer: {effect}",
            "add the roots of the profile, then remove this entry"
            if dependents
            else "remove this entry",
            tuple(client.ident for client in victims or dependents),
        )
