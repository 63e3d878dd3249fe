"""Rule orphan-intermediate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.pins import is_pinned_intermediate, replacement
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name, clients_and_verb
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role


@rule("orphan-intermediate", breaking=True, curable=True)
def orphan_intermediate(context: AuditContext) -> Iterator[Finding]:
    """An intermediate is in the store without its issuer, beside the roots of the profile.

    What it does
    Looks for intermediates and cross-signed CAs without their issuer, whose chains validate
    without them.

    Why it matters
    OpenSSL prefers the store's copy to the copy that the server sends, and then needs the rest of
    the path from the store too. It stops with "unable to get issuer certificate", although all
    recommended roots are there. Java and Go do not care.

    Example
    The three recommended roots and "Microsoft TLS G2 RSA CA OCSP 02" in one root.crt.

    Remedy
    Remove the intermediate; the roots suffice. `unpin fix root.crt` shows the plan,
    `unpin fix --write root.crt` carries it out.

    References
    openssl/openssl issue 29681; docs/why-pinning-breaks.md
    """
    for entry in context.judged_as(Role.INTERMEDIATE, Role.CROSS_SIGNED):
        if entry.rooted:
            continue
        if is_pinned_intermediate(context, entry):
            continue
        victims = context.victims(entry)
        dependents = context.dependents(entry, context.handshakes_through(entry))
        if victims:
            effect = (
                f"{clients_and_verb(victims, 'fail')} with it on chains that the roots in this "
                "store alone would validate"
            )
        elif dependents:
            effect = (
                f"{clients_and_verb(dependents, 'trust')} servers below it only through this entry"
            )
        else:
            effect = (
                "no effect on the clients asked about, but OpenSSL clients reading these "
                "certificates would stop at it"
            )
        yield orphan_intermediate.finding(
            Severity.ERROR if victims else Severity.WARNING,
            context.location(entry),
            f"{certificate_name(entry)} is in the store without its issuer: {effect}",
            replacement(context, entry)
            if dependents
            else Remedy(
                RemedyKind.REMOVE_ENTRY,
                entries=(entry.index,),
                command=context.removal_command(entry)
                if victims or context.is_replaceable(entry)
                else (),
            ),
            victims or dependents,
        )
