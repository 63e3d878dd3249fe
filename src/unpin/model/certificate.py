"""A certificate as its DER: identity, digests, and fields that are parsed on demand."""

import hashlib
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar, cast
from weakref import WeakValueDictionary

from unpin.asn1 import tlv
from unpin.model import x509

_Answer = TypeVar("_Answer")
_Other = TypeVar("_Other")


class Certificate:
    """An X.509 certificate. Two certificates are equal if and only if their DER is equal.

    The constructor parses nothing: a store of ten thousand entries costs ten thousand slices. Equal
    DER gives the same object, as long as there is any: what was found out about it is kept with it
    (`kept`), for all stores that hold it.
    """

    __slots__ = ("__weakref__", "_fields", "_problem", "_sha256", "_spki_sha256", "answers", "der")

    der: bytes
    answers: dict[object, object]
    """What the functions under `kept` and `kept_for` found out."""
    _fields: x509.Fields | None
    _problem: str | None
    _sha256: str | None
    _spki_sha256: str | None

    def __new__(cls, der: bytes) -> "Certificate":  # noqa: PYI034  (an object that there is)
        known = _KNOWN.get(der)
        if known is not None:
            return known
        made = super().__new__(cls)
        made.der = der
        made.answers = {}
        made._fields = made._problem = made._sha256 = made._spki_sha256 = None
        _KNOWN[der] = made
        if len(der) <= _SHORT:
            _RECENT.append(made)
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
        return self is other or (isinstance(other, Certificate) and self.der == other.der)

    def __hash__(self) -> int:
        return hash(self.der)

    def __reduce__(self) -> tuple[type["Certificate"], tuple[bytes]]:
        return Certificate, (self.der,)

    def __repr__(self) -> str:
        return f"Certificate({self.label!r}, sha256={self.sha256[:16]})"


_SHORT: Final = 4096
_KNOWN: Final[WeakValueDictionary[bytes, Certificate]] = WeakValueDictionary()
_RECENT: Final[deque[Certificate]] = deque(maxlen=4096)
"""Kept for the next store: most stores hold the same roots."""


def kept(judge: Callable[[Certificate], _Answer]) -> Callable[[Certificate], _Answer]:
    """`judge`, which is asked once about a certificate: its answer goes when the certificate goes.

    Like functools.cache, but a large store needs no larger cache, and nothing outlives the store.
    """

    @wraps(judge)
    def asked(certificate: Certificate) -> _Answer:
        answers = certificate.answers
        if judge not in answers:
            answers[judge] = judge(certificate)
        return cast("_Answer", answers[judge])

    return asked


def kept_for(
    judge: Callable[[Certificate, _Other], _Answer],
) -> Callable[[Certificate, _Other], _Answer]:
    """The same of a function that asks about a certificate and something else."""

    @wraps(judge)
    def asked(certificate: Certificate, other: _Other) -> _Answer:
        answers, question = certificate.answers, (judge, other)
        if question not in answers:
            answers[question] = judge(certificate, other)
        return cast("_Answer", answers[question])

    return asked
