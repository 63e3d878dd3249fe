"""A certificate as its DER: identity, digests, and fields that are parsed on demand."""

import hashlib

from unpin.asn1 import tlv
from unpin.model import x509


class Certificate:
    """An X.509 certificate. Two certificates are equal if and only if their DER is equal.

    The constructor parses nothing: a store of ten thousand entries costs ten thousand slices.
    """

    __slots__ = ("_fields", "_problem", "_sha256", "_spki_sha256", "der")

    def __init__(self, der: bytes) -> None:
        self.der = der
        self._fields: x509.Fields | None = None
        self._problem: str | None = None
        self._sha256: str | None = None
        self._spki_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the DER, 64 lower-case hexadecimal digits."""
        if self._sha256 is None:
            self._sha256 = hashlib.sha256(self.der).hexdigest()
        return self._sha256

    @property
    def sha1(self) -> str:
        """The SHA-1 of the DER, 40 lower-case digits: the "thumbprint" of Microsoft's pages."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest()

    @property
    def spki_sha256(self) -> str:
        """The SHA-256 of the SubjectPublicKeyInfo, 64 digits: equal keys have equal values.

        Raises tlv.TlvError where `problem` is not None.
        """
        if self._spki_sha256 is None:
            self._spki_sha256 = hashlib.sha256(self.fields.public_key.der).hexdigest()
        return self._spki_sha256

    @property
    def problem(self) -> str | None:
        """Why the DER is not a certificate; None where it is, and only there `fields` works."""
        if self._fields is None and self._problem is None:
            try:
                self._fields = x509.parse(self.der)
            except tlv.TlvError as error:
                self._problem = str(error)
        return self._problem

    @property
    def fields(self) -> x509.Fields:
        """The parsed fields. Raises tlv.TlvError where `problem` is not None."""
        if self.problem is not None:
            raise tlv.TlvError(self.problem)
        assert self._fields is not None
        return self._fields

    @property
    def label(self) -> str:
        """The name for people: the subject's CN, or the fingerprint where there is no name."""
        if self.problem is not None:
            return f"unreadable certificate {self.sha256[:16]}"
        try:
            return self.fields.subject.label
        except tlv.TlvError:
            return f"certificate {self.sha256[:16]}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"Certificate({self.label!r}, sha256={self.sha256[:16]})"
