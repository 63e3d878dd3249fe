"""What the blocks of PEM texts are that are no certificates, by their labels (RFC 7468)."""

from typing import Final

from unpin.stores.foreign.kinds import ForeignFile, ForeignKind

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
