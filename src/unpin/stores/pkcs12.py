"""Read PKCS12 stores (RFC 7292) as Java does, without touching a private key."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from unpin.model import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.store import Format, Integrity, Protection, Store
from unpin.stores.ciphers import DecryptionError
from unpin.stores.p12bags import MAX_BAGS, Bag, BagKind, explicit, read_bags
from unpin.stores.p12chains import ChainBuilder
from unpin.stores.p12mac import MacData, parse_mac
from unpin.stores.p12schemes import Pkcs12Scheme, Scheme, parse_scheme
from unpin.stores.pbe import (
    FEW_ITERATIONS,
    Passphrase,
    UnsupportedAlgorithmError,
    Work,
    check_work,
    octet_string,
    parts,
    passphrases,
)

FORMAT: Final = Format.PKCS12

MAX_CONTENTS: Final = 1_000
"""Most ContentInfos of one store; real ones have two or three."""

UNENCRYPTED: Final = "it is not encrypted; Java passes over such keys"
"""Why Java does not list a KeyBag."""

_DATA: Final = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA: Final = "1.2.840.113549.1.7.6"
_PASSWORD_HINT: Final = "give the store's password"  # noqa: S105 - a sentence

_LENGTH: Final = (
    rb"(?:[\x00-\x80]|\x81.|\x82.{2}|\x83.{3}|\x84.{4}|\x85.{5}|\x86.{6}|\x87.{7}|\x88.{8})"
)
_HEADER: Final = re.compile(
    rb"\x30"
    + _LENGTH
    + rb"\x02\x01\x03\x30"
    + _LENGTH
    + rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x01\x02]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Contents:
    """One ContentInfo of the AuthenticatedSafe: its slice, and what was found in it.

    `scheme` is None where nothing is encrypted; `problem` says why `bags` is empty, if it is so
    because they could not be read; `ciphertext` is empty where there is none. `passphrase` is the
    encoding of the password that decrypted it, `refusal` why Java refuses the store for the form of
    it. `plain` is the SafeContents, decrypted.
    """

    raw: bytes
    scheme: Scheme | None = None
    ciphertext: bytes = b""
    bags: tuple[Bag, ...] = ()
    problem: str = ""
    passphrase: Passphrase | None = None
    refusal: str = ""
    plain: bytes = b""


class Place(NamedTuple):
    """Where an entry lies: its contents, and its bag in them; WHOLE where they are the entry."""

    contents: int
    bag: int


WHOLE: Final = -1


@dataclass(frozen=True, slots=True)
class Container:
    """The file around the bags: enough to write back verbatim what is not changed."""

    contents: tuple[Contents, ...]
    mac: bytes | None
    """The raw MacData."""
    passphrase: Passphrase | None
    """The encoding of the password that the MAC proved, or else the first contents."""
    trailing: bytes
    data: bytes
    """The whole file."""
    entries: tuple[Entry, ...]
    places: tuple[Place, ...]
    """Where each of the entries lies."""


@dataclass(frozen=True, slots=True)
class _Frame:
    authenticated_safe: bytes
    mac: tlv.Node | None
    ber: bool
    trailing: bytes
    refusal: str


def claims(data: bytes) -> bool:
    """Whether `data` begins like a PFX of version 3, in DER or BER, even if truncated."""
    return _HEADER.match(data) is not None


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a PKCS12 store. `password` None reads what is not encrypted, and checks no MAC.

    Raises MalformedStoreError, LimitExceededError, UnsupportedStoreError for a store signed with
    a key or encrypted with an algorithm that unpin lacks, PasswordRequiredError where something is
    encrypted and `password` is None, and WrongPasswordError where MAC or ciphertext contradict it.
    """
    candidates = () if password is None else passphrases(password)
    return decode_with(data, source=source, candidates=candidates)


def decode_with(data: bytes, *, source: str, candidates: tuple[Passphrase, ...]) -> Store:
    """Read a store with a password that is encoded already; with none as `decode` does."""
    try:
        return _decode(data, source, candidates)
    except tlv.TlvError as error:
        raise MalformedStoreError(f"{source}: {error}") from error


def _decode(data: bytes, source: str, candidates: tuple[Passphrase, ...]) -> Store:
    frame = _read_frame(data, source)
    notes = [f"{len(frame.trailing)} bytes after the store"] if frame.trailing else []
    mac, mac_text, foreign = None, None, ""
    if frame.mac is not None:
        try:
            mac = parse_mac(frame.mac)
            mac_text = mac.description
            foreign = "" if mac.java_knows else mac.name
        except UnsupportedAlgorithmError as error:
            mac_text = foreign = str(error)
            notes.append(f"the MAC is not checked: unpin does not support {error}")
        except tlv.TlvError as error:
            if candidates:
                raise
            mac_text = "a MAC that cannot be read"
            notes.append(f"{mac_text}: {error}; with a password the store cannot be opened")
    refusal = frame.refusal
    if foreign and not candidates:
        notes.append(f"Java refuses the store once a password is given: it does not know {foreign}")
    elif foreign:
        refusal = refusal or f"it does not know {foreign}, unless no password is given"
    sealed = tuple(_read_contents(frame.authenticated_safe, source))
    integrity, passphrase = Integrity.NOT_CHECKED, None
    if frame.mac is None:
        integrity = Integrity.ABSENT
    if not candidates:
        if any(item.scheme is not None for item in sealed):
            raise PasswordRequiredError(
                f"{source}: the certificates are encrypted", hint=_PASSWORD_HINT
            )
    else:
        check_work(_work(mac, sealed), source=source, attempts=len(candidates))
        if mac is not None:
            passphrase = _verify(mac, candidates, frame.authenticated_safe, source)
            integrity = Integrity.VERIFIED
    contents = _open(sealed, candidates, passphrase, source)
    passphrase = passphrase or next((c.passphrase for c in contents if c.passphrase), None)
    entries, places, more = _entries(contents, source)
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        protection=Protection(
            integrity=integrity,
            mac=mac_text,
            encryption=tuple(_unique(c.scheme.description for c in contents if c.scheme)),
            needs_password=any(_hides_certificates(item) for item in contents),
            weaknesses=tuple(_weaknesses(mac, contents)),
            refusal=refusal or next(_refusals(contents), ""),
        ),
        variant="BER" if frame.ber else "",
        notes=(*notes, *_since(contents, passphrase), *more),
        container=Container(
            contents,
            frame.mac.raw if frame.mac else None,
            passphrase,
            frame.trailing,
            data,
            entries,
            places,
        ),
    )


def _read_frame(data: bytes, source: str) -> _Frame:
    outer = tlv.read(data)
    fields = parts(outer, "PFX", 2)
    version = fields[0].integer()
    if version != 3:
        raise tlv.TlvError(f"PFX of another version than 3 at byte {fields[0].start}")
    content = parts(fields[1], "ContentInfo", 2)
    if content[0].oid() != _DATA:
        raise UnsupportedStoreError(
            f"{source}: signed with a key instead of protected by a password, which Java cannot "
            "read either"
        )
    node = explicit(content[1], "AuthenticatedSafe")
    return _Frame(
        authenticated_safe=octet_string(node, "AuthenticatedSafe"),
        mac=fields[2] if len(fields) > 2 else None,
        ber=outer.indefinite or node.constructed,
        trailing=data[outer.end :],
        refusal=_frame_refusal(outer, content),
    )


def _frame_refusal(outer: tlv.Node, content: list[tlv.Node]) -> str:
    """What DerValue(InputStream), and ContentInfo, refuse of a frame that unpin reads."""
    if not outer.indefinite and tlv.element(outer.tag, outer.content) != outer.raw:
        return "the length of the whole store is not written in its shortest form"
    return _content_refusal(content)


def _content_refusal(fields: list[tlv.Node]) -> str:
    """What sun.security.pkcs.ContentInfo refuses: it counts what unpin passes over."""
    if len(fields) > 2:
        return f"a ContentInfo of {len(fields)} elements instead of 2"
    if len(fields) == 2 and sum(1 for _ in islice(fields[1], 2)) != 1:
        return "a ContentInfo with more than one content"
    return ""


def _read_contents(authenticated_safe: bytes, source: str) -> Iterator[Contents]:
    """Read the ContentInfos and, as far as nothing is encrypted, their bags."""
    room = MAX_BAGS
    outer = tlv.read(authenticated_safe)
    for count, node in enumerate(outer.expect(tlv.SEQUENCE, "AuthenticatedSafe")):
        if count == MAX_CONTENTS:
            raise LimitExceededError(f"{source}: more than {MAX_CONTENTS} ContentInfos")
        fields = parts(node, "ContentInfo", 1)
        kind = fields[0].oid()
        if kind not in (_DATA, _ENCRYPTED_DATA):
            yield Contents(node.raw, problem=f"contents of type {kind} cannot be read")
            continue
        if len(fields) < 2:
            raise tlv.TlvError("ContentInfo without content")
        content = explicit(fields[1], "content")
        if kind == _DATA:
            plain = octet_string(content, "SafeContents")
            bags = tuple(read_bags(plain, source=source, room=room))
            room -= len(bags)
            yield Contents(node.raw, bags=bags, refusal=_content_refusal(fields), plain=plain)
        else:
            yield replace(
                _read_encrypted(node.raw, content, source), refusal=_content_refusal(fields)
            )


def _read_encrypted(raw: bytes, content: tlv.Node, source: str) -> Contents:
    info = parts(parts(content, "EncryptedData", 2)[1], "EncryptedContentInfo", 3)
    if info[2].tag not in (0x80, 0xA0):
        raise tlv.TlvError(f"encrypted content expected, found tag {info[2].tag:#04x}")
    try:
        return Contents(raw, parse_scheme(info[1]), info[2].octets())
    except UnsupportedAlgorithmError as error:
        raise UnsupportedStoreError(
            f"{source}: encrypted with an algorithm that unpin does not support: {error}"
        ) from error


def _work(mac: MacData | None, sealed: Sequence[Contents]) -> Iterator[Work]:
    if mac is not None:
        yield mac.work
    for item in sealed:
        if item.scheme is not None:
            yield item.scheme.work


def _verify(mac: MacData, candidates: Sequence[Passphrase], data: bytes, source: str) -> Passphrase:
    for candidate in candidates:
        if not candidate.of_jdk25 and mac.verify(candidate, data):
            return candidate
    raise WrongPasswordError(
        f"{source}: wrong password, or the store was changed since it was "
        "written: its MAC does not match"
    )


def _open(
    sealed: Sequence[Contents],
    candidates: Sequence[Passphrase],
    proven: Passphrase | None,
    source: str,
) -> tuple[Contents, ...]:
    """Decrypt what is encrypted; what stays shut becomes a problem.

    Raises WrongPasswordError where neither a MAC nor any ciphertext agrees with the password.
    """
    opened: list[Contents] = []
    failed = False
    room = MAX_BAGS - sum(len(item.bags) for item in sealed)
    for item in sealed:
        if item.scheme is None:
            opened.append(item)
            continue
        for candidate in (proven, *(c for c in candidates if c != proven)):
            if candidate is None:
                continue
            found = _try(item, item.scheme, candidate, source, room)
            if found is not None:
                proven = candidate
                room -= len(found.bags)
                opened.append(found)
                break
        else:
            failed = True
            opened.append(replace(item, problem="does not decrypt with the store's password"))
    if failed and proven is None:
        raise WrongPasswordError(f"{source}: wrong password: the certificates do not decrypt")
    return tuple(opened)


def _try(
    item: Contents, scheme: Scheme, candidate: Passphrase, source: str, room: int
) -> Contents | None:
    try:
        plain = scheme.decrypt(candidate, item.ciphertext)
        bags = tuple(read_bags(plain, source=source, room=room, exact=True))
        return replace(item, bags=bags, passphrase=candidate, plain=plain)
    except (DecryptionError, tlv.TlvError):
        # NOTE: a wrong password leaves valid padding once in 256 times, but hardly ever a SEQUENCE.
        return None


def _entries(
    contents: Sequence[Contents], source: str
) -> tuple[tuple[Entry, ...], tuple[Place, ...], list[str]]:
    """Turn the bags into entries in file order; a certificate of a key's chain is only there."""
    bags = [bag for item in contents for bag in item.bags]
    builder = ChainBuilder(bags, source=source)
    chains = {
        index: builder.chain(index)
        for index, bag in enumerate(bags)
        if bag.kind is BagKind.SHROUDED_KEY
    }
    chained = {certificate for chain in chains.values() for certificate in chain}
    entries: list[Entry] = []
    places: list[Place] = []
    index = 0
    for number, item in enumerate(contents):
        if item.problem:
            entries.append(_unreadable("", item.raw, item.problem, item.problem))
            places.append(Place(number, WHOLE))
        for position, bag in enumerate(item.bags):
            if bag.trusted or bag.nested or bag.certificate not in chained:
                skipped = index in chains and builder.skipped(index)
                alias = builder.aliases.get(index, bag.alias or "")
                entries.append(_entry(bag, alias, chains.get(index, ()), skipped=skipped))
                places.append(Place(number, position))
            index += 1
    notes = (
        ["an unencrypted private key, which Java ignores"]
        if any(bag.kind is BagKind.KEY for bag in bags)
        else []
    )
    return tuple(entries), tuple(places), notes


def _entry(bag: Bag, alias: str, chain: tuple[Certificate, ...], *, skipped: bool) -> Entry:
    unlisted = ""
    if bag.nested:
        unlisted = "it lies in a bag of bags, which Java passes over"
    elif bag.kind is BagKind.KEY:
        unlisted = UNENCRYPTED
    elif skipped:
        unlisted = "it is not the first key and lacks a localKeyID; Java passes over such keys"
    if bag.certificate is not None:
        return TrustedEntry(
            alias,
            bag.certificate,
            bag.raw,
            attributes=bag.attributes,
            trusted=bag.trusted,
            unlisted=unlisted,
            refusal=bag.refusal,
        )
    match bag.kind:
        case BagKind.KEY | BagKind.SHROUDED_KEY:
            kind = KeyKind.PRIVATE
        case BagKind.SECRET:
            kind = KeyKind.SECRET
        case BagKind.CRL:
            return UnreadableEntry(alias, bag.raw, "CRL bag", refusal=bag.refusal)
        case _:
            return _unreadable(alias, bag.raw, bag.reason, bag.refusal)
    return KeyEntry(
        alias,
        kind,
        chain,
        bag.raw,
        bag.created_ms,
        bag.attributes,
        sealed=bag.sealed,
        unlisted=unlisted,
        refusal=bag.refusal,
    )


def _unreadable(alias: str, raw: bytes, reason: str, refusal: str) -> UnreadableEntry:
    said = f"{reason}; Java refuses the whole store" if refusal else reason
    return UnreadableEntry(alias, raw, said, refusal=refusal)


def _refusals(contents: Sequence[Contents]) -> Iterator[str]:
    """What PKCS12KeyStore of JDK 17 and 25 refuses of the encryption."""
    for item in contents:
        if item.refusal:
            yield item.refusal
        if item.scheme is None:
            continue
        name = _without_count(item.scheme)
        if not item.scheme.java_reads:
            yield f"it does not know {name}"
        used = item.passphrase
        foreign = used is not None and not used.utf8.isascii() and not used.of_jdk25
        if foreign and isinstance(item.scheme, Pkcs12Scheme):
            yield f"it encodes the password in a way of its own for {name}"


def _since(contents: Sequence[Contents], passphrase: Passphrase | None) -> Iterator[str]:
    """What older versions refuse and JDK 25 reads: measured with 17, 21 and 25."""
    for name in _unique(
        _without_count(item.scheme) for item in contents if item.scheme and item.scheme.java_since
    ):
        yield f"Java 17 does not know {name} and refuses the whole store; Java 21 and 25 read it"
    if passphrase is not None and not all(0x20 <= octet < 0x7F for octet in passphrase.utf8):
        yield (
            "Java 17 and 21 take only printable ASCII for the password of a PKCS12 store and "
            "refuse this one; Java 25 takes others"
        )


def _without_count(scheme: Scheme) -> str:
    return scheme.description.partition(",")[0]


def _hides_certificates(item: Contents) -> bool:
    if item.scheme is None:
        return bool(item.problem)
    return bool(item.problem) or any(
        bag.kind is BagKind.CERTIFICATE or bag.kind is None for bag in item.bags
    )


def _weaknesses(mac: MacData | None, contents: Sequence[Contents]) -> Iterator[str]:
    for name in _unique(item.scheme.name for item in contents if item.scheme):
        if name.endswith("-40"):
            yield f"The contents are encrypted with {name}, a key anyone can try out."
        elif not name.startswith(("AES", "Camellia")):
            yield f"The contents are encrypted with {name}, which is outdated."
    if mac is not None and mac.iterations < FEW_ITERATIONS:
        yield (
            f"The MAC derives its key in fewer than {FEW_ITERATIONS:,} iterations "
            f"({mac.description}), so the password is quickly guessed."
        )


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))
