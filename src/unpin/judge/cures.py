"""The command that carries out a remedy, where the rule itself names no command."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from unpin.judge.context import AuditContext
from unpin.model.finding import CertificateReference, Finding, Remedy, RemedyKind
from unpin.model.store import Integrity, Store

NEW_ROOT: Final = "new-root.pem"
"""The file name in commands for a root that the user has to get first."""

FILE_OF_PASSWORD: Final = "password.txt"  # noqa: S105  (the name of a file)
"""The file name in commands for a password that unpin was not given."""

_DIGITS: Final = 16
"""The digits of a SHA-256 that name an entry in a command."""

_WRITING: Final = frozenset({"fix", "convert"})
"""The commands that write a store, for which they need its password."""


def cure_command(context: AuditContext, remedy: Remedy) -> tuple[str, ...]:
    """The call of unpin that carries out `remedy`, up to the name of the store.

    Empty where there is nothing to call: keep an entry, start a client with another option.
    """
    match remedy.kind:
        case (
            RemedyKind.REMOVE_ENTRY
            | RemedyKind.REMOVE_UNUSED
            | RemedyKind.SEND_WHOLE_CHAIN
            | RemedyKind.REPLACE_ENTRY
            | RemedyKind.REMOVE_BLOCK
            | RemedyKind.REPLACE_REQUEST
            | RemedyKind.MOVE_REVOCATION_LIST
        ):
            return _fix(context, (), remedy.entries)
        case RemedyKind.REMOVE_EXPIRED if context.store.format.is_writable:
            return ("unpin", "fix", "--profile", "none", "--drop-expired")
        case RemedyKind.REMOVE_DUPLICATES:
            return _fix(context, (), remedy.entries[1:], by_position=True)
        case RemedyKind.REPLACE_BY_ROOT | RemedyKind.REPLACE_LOOKALIKE:
            return _fix(context, _slugs(context, remedy.certificates), remedy.entries)
        case RemedyKind.ADD_SUCCESSOR:
            return _fix(context, (NEW_ROOT,), ())
        case (
            RemedyKind.ASK_OWNER
            | RemedyKind.TRUST_SERVER_ROOT
            | RemedyKind.TRUST_ISSUER
            | RemedyKind.RENEW_SERVER_CERTIFICATE
            | RemedyKind.REISSUE_CA
            | RemedyKind.REPLACE_BY_SUCCESSOR
        ):
            return _fix(context, (NEW_ROOT,), remedy.entries)
        case RemedyKind.RENEW_PROTECTION | RemedyKind.SATISFY_JAVA:
            return context.convert_command()
        case RemedyKind.SPLIT_AND_REHASH:
            return ("unpin", "convert", "--split", "certificates")
        case RemedyKind.GIVE_PASSWORD:
            return ("unpin", "audit", "--password-file", FILE_OF_PASSWORD)
        case _:
            return ()


def with_password(command: tuple[str, ...], store: Store) -> tuple[str, ...]:
    """The call of unpin with the password file of this call.

    Where the password is not known, the calls that write have a file name to fill in.
    """
    if "--password-file" in command or not command:
        return command
    protection, file = store.protection, store.protection.password_file
    if protection.integrity is Integrity.NOT_CHECKED and not file:
        file = FILE_OF_PASSWORD if command[1] in _WRITING else ""
    return (*command[:2], "--password-file", file, *command[2:]) if file else command


def with_outputs_apart(findings: Sequence[Finding], store: Store) -> tuple[Finding, ...]:
    """The findings with commands that write a file each, and never to the store itself."""
    names: dict[tuple[str, ...], str] = {}
    taken = {PurePath(store.source).name}
    changed = []
    for finding in findings:
        command = finding.remedy.command
        if "-o" not in command:
            changed.append(finding)
        else:
            at = command.index("-o") + 1
            if command not in names:
                names[command] = _free_output(command[at], taken)
            command = (*command[:at], names[command], *command[at + 1 :])
            changed.append(finding.with_command(command))
    return tuple(changed)


def _free_output(name: str, taken: set[str]) -> str:
    path = PurePath(name)
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    taken.add(free)
    return free


def _fix(
    context: AuditContext,
    roots: Sequence[str],
    entries: Sequence[int],
    *,
    by_position: bool = False,
) -> tuple[str, ...]:
    """The call of fix that adds `roots` and removes `entries`, and changes nothing else."""
    if not context.store.format.is_writable or not (roots or entries):
        return ()
    options: list[str] = []
    for root in roots:
        options += ["--root", root]
    for index in entries:
        options += ["--remove", f"#{index + 1}" if by_position else _name(context, index)]
    return ("unpin", "fix", "--profile", "none", *options)


def _name(context: AuditContext, index: int) -> str:
    certificate = context.entries[index].certificate
    return f"#{index + 1}" if certificate is None else certificate.sha256[:_DIGITS]


def _slugs(context: AuditContext, certificates: Sequence[CertificateReference]) -> tuple[str, ...]:
    records = context.catalogue.by_sha256
    return tuple(
        records[reference.sha256].slug
        for reference in certificates
        if reference.sha256 is not None and reference.sha256 in records
    )
