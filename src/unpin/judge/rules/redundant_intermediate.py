"""Rule redundant-intermediate."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.pins import is_pinned_intermediate
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role
from unpin.wording import day


@rule("redundant-intermediate", curable=True)
def redundant_intermediate(context: AuditContext) -> Iterator[Finding]:
    """An intermediate is in the store together with its root.

    What it does
    Looks for intermediates whose path to a root lies wholly in the store, and on which no
    handshake depends.

    Why it matters
    The root is enough. The intermediate is no outage, but Microsoft does not support it. Once it
    expires, OpenSSL clients take the expired copy before the valid copy that the server sends.

    Example
    "DigiCert Global Root G2" and "Microsoft Azure RSA TLS Issuing CA 03" in one store.

    Remedy
    Remove the intermediate. `unpin fix truststore.p12` shows the plan,
    `unpin fix --write truststore.p12` carries it out. For a private CA add `--all-pins`.

    References
    docs/why-pinning-breaks.md
    """
    for entry in context.judged_as(Role.INTERMEDIATE):
        if not entry.rooted:
            continue
        if is_pinned_intermediate(context, entry) or context.victims(entry):
            continue
        yield redundant_intermediate.finding(
            Severity.WARNING,
            context.location(entry),
            f"{certificate_name(entry)} is an intermediate {_root(context, entry)}: nothing needs "
            f"it, {_later(context, entry)}",
            Remedy(
                RemedyKind.REMOVE_ENTRY,
                entries=(entry.index,),
                command=context.removal_command(entry),
            ),
        )


def _root(context: AuditContext, entry: AuditedEntry) -> str:
    roots = context.roots_above(entry)
    if not roots:
        return "whose issuer is in the store too"
    return f"whose root {certificate_name(roots[0])} is in the store too"


def _later(context: AuditContext, entry: AuditedEntry) -> str:
    """What its end means for OpenSSL, which takes an expired copy before one that is sent."""
    end = entry.view.not_after if entry.view else None
    if end is not None and end < context.now:
        return f"and it expired on {day(end)}"
    if context.store.format.is_java:
        return "as long as its servers send it"
    return "and it turns into a fault for OpenSSL clients when it expires"
