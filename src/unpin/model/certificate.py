"""A certificate as its DER: identity, digests, and fields that are parsed on demand."""

import hashlib
from typing import Final
from weakref import WeakValueDictionary

from unpin.asn1 import tlv
from unpin.model import x509
from unpin.model.recent import Recent


class Certificate:
    """An X.509 certificate. Two certificates are equal if and only if their DER is equal.

    The constructor parses nothing: a store of ten thousand entries costs ten thousand slices. Equal
    DER gives the same object, as long as there is any: what was found out about it is kept with it
    (`unpin.model.answers`), for all stores that hold it.
    """

    __slots__ = (
        "__weakref__",
        "_fields",
        "_problem",
        "_sha1",
        "_sha256",
        "_spki_sha256",
        "answers",
        "der",
    )

    der: bytes
    answers: dict[object, object]
    _fields: x509.Fields | None
    _problem: str | None
    _sha1: str | None
    _sha256: str | None
    _spki_sha256: str | None

    def __new__(cls, der: bytes) -> "Certificate":  # noqa: PYI034  (an object that there is)
        known = _RECENT.get(der)
        if known is not None:
            return known
        made = _KNOWN.get(der)
        if made is None:
            made = super().__new__(cls)
            made.der = der
            made.answers = {}
            made._fields = made._problem = made._sha1 = made._sha256 = made._spki_sha256 = None
            made = _KNOWN.setdefault(der, made)
        _RECENT.keep(der, made)
        return made

    @property
    def sha256(self) -> str:
        """The SHA-256 of the DER, 64 lower-case hexadecimal digits."""
        if self._sha256 is None:
            self._sha256 = hashlib.sha256(self.der).hexdigest()
        return self._sha256

    @property
    def sha1(self) -> str:
        """The SHA-1 of the DER, 40 lower-case digits: the "thumbprint" of Microsoft's pages."""
        if self._sha1 is None:
            self._sha1 = hashlib.sha1(self.der, usedforsecurity=False).hexdigest()
        return self._sha1

    @property
    def spki_sha256(self) -> str:
        """The SHA-256 of the SubjectPublicKeyInfo, 64 digits: equal keys have equal values.

        Raises tlv.TlvError where `problem` is not None.
        """
        if self._spki_sha256 is None:
            self._spki_sha256 = hashlib.sha256(self.fields.public_key.der).hexdigest()
        return self._spki_sha256

    @property
    def is_long(self) -> bool:
        """Whether it is so long that few like it are remembered after their store."""
        return len(self.der) > Recent.longest

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
        fields = self._fields
        if fields is None:
            if self.problem is not None:
                raise tlv.TlvError(self.problem)
            fields = self._fields
            assert fields is not None
        return fields

    @property
    def label(self) -> str:
        """The name for people: the subject's CN, or the fingerprint where there is no name."""
        if self.problem is not None:
            return f"unreadable certificate {self.sha256[:16]}"
        try:
            return self.fields.subject.label
        except tlv.TlvError:
            return f"certificate {self.sha256[:16]}"

    def __reduce__(self) -> tuple[type["Certificate"], tuple[bytes]]:
        return Certificate, (self.der,)

    def __repr__(self) -> str:
        return f"Certificate({self.label!r}, sha256={self.sha256[:16]})"


_KNOWN: Final[WeakValueDictionary[bytes, Certificate]] = WeakValueDictionary()
_RECENT: Final = Recent[Certificate]()
