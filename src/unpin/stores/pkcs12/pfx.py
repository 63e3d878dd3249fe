"""Split a PFX into its ContentInfos (RFC 7292 4), and assemble a PFX from ContentInfos."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import explicit, field_at, fields_of, octet_string, spliced
from unpin.model.entries import Entry
from unpin.model.errors import LimitExceededError, UnsupportedStoreError
from unpin.model.values import frozen
from unpin.stores.crypto.encryption_schemes import EncryptionScheme, parse_scheme
from unpin.stores.crypto.key_derivation import Passphrase, UnsupportedAlgorithmError
from unpin.stores.pkcs12.bags import Bag
from unpin.stores.pkcs12.safe_bags import MAX_BAGS, read_bags

MAX_CONTENTS: Final = 1_000
"""The most ContentInfos of a store; real stores have two or three."""


@frozen
class Contents:
    """A ContentInfo of the AuthenticatedSafe: its raw bytes and its bags.

    `scheme` is None if it is not encrypted. `problem` says why the bags could not be read; `bags`
    is empty then. `passphrase` is the encoding of the password that decrypted it. `refusal` says
    why Java refuses the store for its structure. `plain` is the SafeContents, decrypted.
    """

    raw: bytes
    scheme: EncryptionScheme | None = None
    bags: tuple[Bag, ...] = ()
    problem: str = ""
    passphrase: Passphrase | None = None
    refusal: str = ""
    plain: bytes = b""

    @property
    def ciphertext(self) -> bytes:
        """What is encrypted: a copy out of `raw`. Raises tlv.TlvError if nothing is."""
        content = explicit(fields_of(tlv.read(self.raw), "ContentInfo", 2)[1], "content")
        return _encrypted_fields(content)[2].octets()


class BagPosition(NamedTuple):
    """The position of an entry: its ContentInfo and its bag; WHOLE for a whole ContentInfo."""

    contents: int
    bag: int


WHOLE: Final = -1


@frozen
class Pkcs12Container:
    """The parts of the file that a rewrite needs to keep unchanged bytes."""

    contents: tuple[Contents, ...]
    mac: bytes | None
    """The raw MacData."""
    passphrase: Passphrase | None
    """The encoding of the password that the MAC proved, or else the first decrypted contents."""
    trailing: bytes
    data: bytes
    """The whole file."""
    entries: tuple[Entry, ...]
    places: tuple[BagPosition, ...]
    """The position of each entry."""


@frozen
class PfxFrame:
    """The parts of a PFX; `ber` if lengths are indefinite or the OCTET STRING is constructed."""

    authenticated_safe: bytes
    mac: tlv.Node | None
    ber: bool
    trailing: bytes
    refusal: str


def read_frame(data: bytes, source: str) -> PfxFrame:
    """Read the PFX. Raises tlv.TlvError, and UnsupportedStoreError for a signed store."""
    outer = tlv.read(data)
    fields = fields_of(outer, "PFX", 2)
    version = fields[0].integer()
    if version != 3:
        raise tlv.TlvError(f"PFX of a version other than 3 at byte {fields[0].start}")
    content = fields_of(fields[1], "ContentInfo", 2)
    if content[0].oid() != oids.DATA:
        raise UnsupportedStoreError(
            f"{source}: signed with a key instead of protected by a password, which Java cannot "
            "read either"
        )
    node = explicit(content[1], "AuthenticatedSafe")
    return PfxFrame(
        authenticated_safe=octet_string(node, "AuthenticatedSafe"),
        mac=fields[2] if len(fields) > 2 else None,
        ber=outer.indefinite or node.constructed,
        trailing=data[outer.end :],
        refusal=_frame_refusal(outer, content),
    )


def _frame_refusal(outer: tlv.Node, content: list[tlv.Node]) -> str:
    """Why DerValue(InputStream) or ContentInfo refuses a PFX that unpin reads; "" if neither."""
    if not outer.indefinite and tlv.element(outer.tag, outer.content) != outer.raw:
        return "the length of the whole store is not written in its shortest form"
    return _content_refusal(content)


def _content_refusal(fields: list[tlv.Node]) -> str:
    """Why sun.security.pkcs.ContentInfo refuses it: it counts elements that unpin skips."""
    if len(fields) > 2:
        return f"a ContentInfo of {len(fields)} elements instead of 2"
    if len(fields) == 2 and sum(1 for _ in islice(fields[1], 2)) != 1:
        return "a ContentInfo with more than one content"
    return ""


def read_contents(authenticated_safe: bytes, source: str) -> Iterator[Contents]:
    """Read the ContentInfos, and the bags of the unencrypted ones."""
    room = MAX_BAGS
    outer = tlv.read(authenticated_safe)
    for count, node in enumerate(outer.expect(tlv.SEQUENCE, "AuthenticatedSafe")):
        if count == MAX_CONTENTS:
            raise LimitExceededError(f"{source}: more than {MAX_CONTENTS} ContentInfos")
        fields = fields_of(node, "ContentInfo", 1)
        kind = fields[0].oid()
        if kind not in (oids.DATA, oids.ENCRYPTED_DATA):
            yield Contents(node.raw, problem=f"contents of type {kind} cannot be read")
            continue
        if len(fields) < 2:
            raise tlv.TlvError("ContentInfo without content")
        content = explicit(fields[1], "content")
        if kind == oids.DATA:
            plain = octet_string(content, "SafeContents")
            bags = tuple(read_bags(plain, source=source, room=room))
            room -= len(bags)
            yield Contents(node.raw, bags=bags, refusal=_content_refusal(fields), plain=plain)
        else:
            yield replace(
                _read_encrypted(node.raw, content, source), refusal=_content_refusal(fields)
            )


def _read_encrypted(raw: bytes, content: tlv.Node, source: str) -> Contents:
    info = _encrypted_fields(content)
    if info[2].tag not in (tlv.PRIMITIVE_CONTEXT_0, tlv.CONTEXT_0):
        raise tlv.TlvError(f"encrypted content expected, found tag {info[2].tag:#04x}")
    info[2].octets()  # segments that cannot be read are no matter of the password
    try:
        return Contents(raw, parse_scheme(info[1]))
    except UnsupportedAlgorithmError as error:
        raise UnsupportedStoreError(
            f"{source}: encrypted with an algorithm that unpin does not support: {error}"
        ) from error


def _encrypted_fields(content: tlv.Node) -> list[tlv.Node]:
    return fields_of(fields_of(content, "EncryptedData", 2)[1], "EncryptedContentInfo", 3)


def plain_contents(safe_contents: bytes, old: bytes = b"") -> bytes:
    """An unencrypted ContentInfo; `old` is the ContentInfo that it replaces, also unencrypted."""
    octets = tlv.element(tlv.OCTET_STRING, safe_contents)
    if old:
        return spliced(tlv.read(old), (1, 0), octets)
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.DATA), tlv.element(tlv.CONTEXT_0, octets))


def encrypted_contents(
    safe_contents: bytes, algorithm: bytes, passphrase: Passphrase, old: bytes = b""
) -> bytes:
    """A ContentInfo encrypted under `algorithm`; `old` is the ContentInfo that it replaces."""
    scheme = parse_scheme(tlv.read(algorithm))
    cipher_text = tlv.element(tlv.PRIMITIVE_CONTEXT_0, scheme.encrypt(passphrase, safe_contents))
    if old:
        return spliced(
            tlv.read(spliced(tlv.read(old), (1, 0, 1, 2), cipher_text)), (1, 0, 1, 1), algorithm
        )
    info = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.DATA), algorithm, cipher_text)
    value = tlv.element(tlv.SEQUENCE, tlv.encode_integer(0), info)
    return tlv.element(
        tlv.SEQUENCE, tlv.encode_oid(oids.ENCRYPTED_DATA), tlv.element(tlv.CONTEXT_0, value)
    )


def algorithm_of(content_info: bytes) -> bytes:
    """The AlgorithmIdentifier of an encrypted ContentInfo."""
    return field_at(tlv.read(content_info), (1, 0, 1, 1)).raw


def authenticated_safe(contents: Sequence[bytes], old: bytes = b"") -> bytes:
    """The AuthenticatedSafe; bytes after the AuthenticatedSafe of the file `old` are kept."""
    rest = b""
    if old:
        octets = octet_string(field_at(tlv.read(old), (1, 1, 0)), "AuthenticatedSafe")
        rest = octets[tlv.read(octets).end :]
    return tlv.element(tlv.SEQUENCE, *contents) + rest


def pfx(safe: bytes, mac: bytes, old: bytes = b"") -> bytes:
    """The whole store; other fields of the file `old` are kept, trailing bytes included."""
    octets = tlv.element(tlv.OCTET_STRING, safe)
    if not old:
        info = tlv.element(
            tlv.SEQUENCE, tlv.encode_oid(oids.DATA), tlv.element(tlv.CONTEXT_0, octets)
        )
        return tlv.element(tlv.SEQUENCE, tlv.encode_integer(3), info, mac)
    outer = tlv.read(old)
    fields = outer.children()
    info = spliced(fields[1], (1, 0), octets)
    rest = (child.raw for child in fields[3:])
    return tlv.element(tlv.SEQUENCE, fields[0].raw, info, mac, *rest) + old[outer.end :]
