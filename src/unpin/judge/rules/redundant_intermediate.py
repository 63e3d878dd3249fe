"""Rule redundant-intermediate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.rules.pinned_intermediate import is_pin
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("redundant-intermediate")
def redundant_intermediate(context: AuditContext) -> Iterator[Finding]:
    """An intermediate is in the store together with its root.

    What it does
    Looks for intermediates from which a path to a root lies wholly in the store, and on which
    no handshake depends.

    Why it matters
    The root does the work; the intermediate is no outage, but Microsoft does not support it,
    and once it expires OpenSSL clients take the expired copy before the server's fresh one.

    Example
    "DigiCert Global Root G2" and "Microsoft Azure RSA TLS Issuing CA 03" in one store.

    Remedy
    Remove the intermediate.

    References
    docs/why-pinning-breaks.md
    """
    for one in context.trusted:
        if one.role is not Role.INTERMEDIATE or not one.rooted or is_pin(context, one):
            continue
        if not context.victims(one):
            yield Finding(
                "redundant-intermediate",
                Severity.WARNING,
                context.location(one),
                f"{called(one)} is an intermediate whose root is here too: nothing needs it today, "
                "and it turns into a fault for OpenSSL clients when it expires",
                "remove this entry",
            )
