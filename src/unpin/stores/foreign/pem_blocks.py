"""Recognise PEM files that hold no certificate: keys, requests, revocation lists, OpenPGP."""

from typing import Final

from unpin.model.entries import TrustedEntry
from unpin.model.errors import OtherFileError
from unpin.model.store import Store
from unpin.stores.foreign.kinds import ForeignFile, ForeignKind
from unpin.stores.pem.decoder import PemContainer
from unpin.stores.pem.text import TextBlock, commented_begin
from unpin.wording import listed

_KINDS: Final = {
    "PRIVATE KEY": ForeignFile(ForeignKind.PRIVATE_KEY, "a private key (PKCS8 PEM)"),
    "ENCRYPTED PRIVATE KEY": ForeignFile(
        ForeignKind.PRIVATE_KEY, "an encrypted private key (PKCS8 PEM)"
    ),
    "RSA PRIVATE KEY": ForeignFile(ForeignKind.PRIVATE_KEY, "an RSA private key (PKCS1 PEM)"),
    "EC PRIVATE KEY": ForeignFile(ForeignKind.PRIVATE_KEY, "an EC private key (SEC1 PEM)"),
    "DSA PRIVATE KEY": ForeignFile(ForeignKind.PRIVATE_KEY, "a DSA private key (PEM)"),
    "OPENSSH PRIVATE KEY": ForeignFile(ForeignKind.SSH_PRIVATE_KEY),
    "PUBLIC KEY": ForeignFile(ForeignKind.PUBLIC_KEY, "a public key (PEM)"),
    "RSA PUBLIC KEY": ForeignFile(ForeignKind.PUBLIC_KEY, "an RSA public key (PEM)"),
    "CERTIFICATE REQUEST": ForeignFile(
        ForeignKind.REQUEST, "a certificate signing request (PEM)"
    ),
    "NEW CERTIFICATE REQUEST": ForeignFile(
        ForeignKind.REQUEST, "a certificate signing request (PEM)"
    ),
    "X509 CRL": ForeignFile(ForeignKind.REVOCATION_LIST, "a certificate revocation list (PEM)"),
    "CRL": ForeignFile(ForeignKind.REVOCATION_LIST, "a certificate revocation list (PEM)"),
    "DH PARAMETERS": ForeignFile(ForeignKind.PARAMETERS, "Diffie-Hellman parameters"),
    "X9.42 DH PARAMETERS": ForeignFile(ForeignKind.PARAMETERS, "Diffie-Hellman parameters"),
    "EC PARAMETERS": ForeignFile(ForeignKind.PARAMETERS, "the parameters of an EC key"),
    "DSA PARAMETERS": ForeignFile(ForeignKind.PARAMETERS, "the parameters of a DSA key"),
}  # fmt: skip
_PGP: Final = "PGP "


def foreign_label(label: str) -> ForeignFile | None:
    """What a block of this label is, if it is no certificate; None for all other labels."""
    if label.startswith(_PGP):
        return ForeignFile(ForeignKind.PGP)
    return _KINDS.get(label)


def check_for_certificates(store: Store) -> None:
    """Raise OtherFileError if `store` is a PEM file of whole blocks of other things.

    `unpin convert --keys` takes such a file for the key in it; what asks for certificates does not.
    """
    found = _contents(store)
    if not found:
        return
    kinds = list(dict.fromkeys(each.kind for each in found))
    if len(kinds) > 1 and ForeignKind.PARAMETERS in kinds:
        kinds.remove(ForeignKind.PARAMETERS)
    if len(kinds) == 1:
        what = next(each for each in found if each.kind is kinds[0])
    else:
        names = listed(dict.fromkeys(each.what for each in found))
        what = ForeignFile(ForeignKind.SEVERAL_BLOCKS, f"{names}; no certificate")
    raise OtherFileError(
        f"{store.source}: not a trust store: {what.what}", what.hint(store.source) or None
    )


def _contents(store: Store) -> list[ForeignFile]:
    """What its blocks are; empty where one is or may be a certificate, or cannot be told."""
    container = store.container
    if not isinstance(container, PemContainer) or not container.blocks or container.rest:
        return []
    if any(isinstance(entry, TrustedEntry) for entry in store.entries):
        return []
    if commented_begin(container.text) is not None:
        return []
    found: list[ForeignFile] = []
    for block, _ in container.blocks:
        known = _content(block)
        if known is None:
            return []
        found.append(known)
    return found


def _content(block: TextBlock) -> ForeignFile | None:
    if block.label.startswith(_PGP):
        # The first block of a signed message has no END line of its own.
        return ForeignFile(ForeignKind.PGP)
    return None if block.problem is not None else foreign_label(block.label)
