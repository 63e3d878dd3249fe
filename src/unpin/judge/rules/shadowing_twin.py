"""Rule shadowing-twin."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import agreeing, certificate_name, clients_and_verb
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("shadowing-twin", breaking=True, curable=True)
def shadowing_twin(context: AuditContext) -> Iterator[Finding]:
    """A copy of a CA in the store makes a client fail, although the right root is there.

    What it does
    Looks for entries without which a chain would validate: a chain of the profile or, for a
    certificate that is not in the catalogue, the chain of a server under it.

    Why it matters
    OpenSSL takes a certificate of the store before the server's and does not try another path. An
    expired copy, a copy that another CA issued, or a cross-signed copy that stands before its
    self-signed twin breaks a store that holds the right root.

    Example
    "DigiCert Global Root G2" and an expired "Microsoft Azure RSA TLS Issuing CA 03" in a PEM file.

    Remedy
    Remove the copy. `unpin fix root.crt` shows the plan, `unpin fix --write root.crt` carries it
    out. For a private CA add `--all-pins`.

    References
    openssl/openssl issue 29681
    """
    for entry in context.may_have_victims:
        if not entry.rooted:
            continue
        victims = context.victims(entry)
        if victims:
            yield shadowing_twin.finding(
                Severity.ERROR,
                context.location(entry),
                f"{certificate_name(entry)} defeats a good root: "
                f"{clients_and_verb(victims, 'take')} it before what the server sends, and "
                f"{agreeing(victims, 'fail')} because it is here",
                Remedy(
                    RemedyKind.REMOVE_ENTRY,
                    entries=(entry.index,),
                    command=context.removal_command(entry),
                ),
                victims,
            )
