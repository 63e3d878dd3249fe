"""Give each key of a PKCS12 store the chain that Java gives it (sun.security.pkcs12)."""

from collections.abc import Sequence
from typing import Final

from unpin.jdk.names import java_name
from unpin.model.certificate import Certificate
from unpin.model.errors import LimitExceededError
from unpin.pki.signatures import Signed, verify_signature
from unpin.stores.pkcs12.bags import Bag, BagKind

MAX_CHAIN_CERTIFICATES: Final = 200_000
"""The most certificates in the chains of all keys together."""

_ONLY_KEY: Final = b"01"


class ChainBuilder:
    """Java's matching of keys and certificates (PKCS12KeyStore.loadSafeContents, findIssuer).

    Java counts the keys as it reads: a bag without localKeyID gets the identifier "01" while
    exactly one key has been read, a certificate only if it is the first bag of its SafeContents.
    A bag without friendlyName gets the next number as its alias, except untrusted certificates.
    Java does not read nested bags.
    """

    def __init__(self, bags: Sequence[Bag], *, source: str) -> None:
        self.aliases: dict[int, str] = {}
        """The number that Java uses as the alias of a bag without friendlyName, by position."""
        self._source = source
        self._total = 0
        self._key_names: dict[int, tuple[bytes, str]] = {}
        self._certificates: list[Certificate] = []
        self._by_both: dict[tuple[bytes | None, str], Certificate] = {}
        self._by_id: dict[bytes, Certificate] = {}
        self._by_alias: dict[str, Certificate] = {}
        self._issuers: _Issuers | None = None
        self._collect(bags)

    def _collect(self, bags: Sequence[Bag]) -> None:
        keys = 0
        for index, bag in enumerate(bags):
            if bag.nested:
                continue
            keys += bag.kind is BagKind.SHROUDED_KEY
            key_id = bag.local_key_id
            if key_id is None and keys == 1:
                key_id = _ONLY_KEY
            if bag.kind is BagKind.SHROUDED_KEY:
                if key_id is not None:
                    self._key_names[index] = key_id, _folded(self._alias(index, bag))
            elif bag.kind is BagKind.SECRET:
                self._alias(index, bag)
            elif bag.certificate is not None:
                self._certificates.append(bag.certificate)
                if bag.trusted:
                    self._alias(index, bag)
                else:
                    self._offer(bag.certificate, key_id if bag.first else bag.local_key_id, bag)

    def _alias(self, index: int, bag: Bag) -> str:
        if bag.alias is not None:
            return bag.alias
        self.aliases[index] = str(len(self.aliases) + 1)
        return self.aliases[index]

    def _offer(self, certificate: Certificate, key_id: bytes | None, bag: Bag) -> None:
        if key_id is not None:
            self._by_id[key_id] = certificate
        if bag.alias is not None:
            folded = _folded(bag.alias)
            self._by_both.setdefault((key_id, folded), certificate)
            self._by_alias[folded] = certificate

    def skipped(self, index: int) -> bool:
        """Whether Java skips the encrypted key in bag number `index`, which has no identifier."""
        return index not in self._key_names

    def chain(self, index: int) -> tuple[Certificate, ...]:
        """The chain of the key in bag number `index`; empty if Java finds none.

        Raises LimitExceededError if the chains together exceed `MAX_CHAIN_CERTIFICATES`.
        """
        if self.skipped(index):
            return ()
        key_id, alias = self._key_names[index]
        current = (
            self._by_both.get((key_id, alias))
            or self._by_id.get(key_id)
            or self._by_alias.get(alias)
        )
        if self._issuers is None:
            self._issuers = _Issuers(self._certificates)
        chain: dict[Certificate, None] = {}
        while current is not None and current not in chain:
            chain[current] = None
            self._total += 1
            if self._total > MAX_CHAIN_CERTIFICATES:
                raise LimitExceededError(
                    f"{self._source}: key chains of more than {MAX_CHAIN_CERTIFICATES} certificates"
                )
            current = self._issuers.issuer(current)
        return tuple(chain)


class _Issuers:
    """PKCS12KeyStore.findIssuer over an index: by key identifiers, else by name alone."""

    def __init__(self, certificates: Sequence[Certificate]) -> None:
        self._first: dict[str, Certificate] = {}
        self._without_id: dict[str, Certificate] = {}
        self._exact: dict[tuple[str, bytes], Certificate] = {}
        self._found: dict[Certificate, Certificate | None] = {}
        for certificate in certificates:
            if certificate.problem is not None:
                continue
            fields = certificate.fields
            subject = java_name(fields.subject.der) or fields.subject.canonical
            self._first.setdefault(subject, certificate)
            if fields.subject_key_id is None:
                self._without_id[subject] = certificate
            else:
                self._exact.setdefault((subject, fields.subject_key_id), certificate)

    def issuer(self, certificate: Certificate) -> Certificate | None:
        """The issuer of a certificate; None if it is self-signed, or if no certificate matches."""
        if certificate not in self._found:
            self._found[certificate] = self._find(certificate)
        return self._found[certificate]

    def _find(self, certificate: Certificate) -> Certificate | None:
        if certificate.problem is not None:
            return None
        fields = certificate.fields
        wanted = fields.authority_key_id
        issuer = java_name(fields.issuer.der) or fields.issuer.canonical
        if issuer == (java_name(fields.subject.der) or fields.subject.canonical):
            signed = verify_signature(certificate, fields.public_key.der)
            # If the signature cannot be checked, the key identifiers decide: a certificate with its
            # own name as issuer, signed by another key, is a rollover certificate (RFC 4210 4.4).
            if signed is Signed.YES or (
                signed is not Signed.NO and wanted in (None, fields.subject_key_id)
            ):
                return None
        if wanted is None:
            return self._first.get(issuer)
        return self._exact.get((issuer, wanted)) or self._without_id.get(issuer)


def _folded(alias: str) -> str:
    """String.equalsIgnoreCase as a key: each character to upper case, then to lower case."""
    return "".join(_lower(_upper(character)) for character in alias)


def _upper(character: str) -> str:
    upper = character.upper()
    return upper if len(upper) == 1 else character


def _lower(character: str) -> str:
    # NOTE: Java's Character.toLowerCase turns "İ" into a single character, Python's lower() into 2.
    lower = "i" if character == "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}" else character.lower()
    return lower if len(lower) == 1 else character
