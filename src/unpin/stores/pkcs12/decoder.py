"""Read PKCS12 stores (RFC 7292) as Java does, without touching a private key."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    MalformedStoreError,
    PasswordRequiredError,
    WrongPasswordError,
)
from unpin.model.formats import Format, Variant
from unpin.model.store import Integrity, Protection, Store
from unpin.stores.crypto.ciphers import DecryptionError
from unpin.stores.crypto.encryption_schemes import EncryptionScheme
from unpin.stores.crypto.key_derivation import (
    Passphrase,
    UnsupportedAlgorithmError,
    Work,
    check_work,
    passphrases,
)
from unpin.stores.pkcs12.bags import Bag, BagKind
from unpin.stores.pkcs12.java_versions import java_since, newer_algorithms
from unpin.stores.pkcs12.key_chains import ChainBuilder
from unpin.stores.pkcs12.mac import MacData, parse_mac
from unpin.stores.pkcs12.pfx import (
    WHOLE,
    BagPosition,
    Contents,
    Pkcs12Container,
    read_contents,
    read_frame,
)
from unpin.stores.pkcs12.protection import (
    hides_certificates,
    java_refusals,
    since,
    unique,
    weaknesses,
)
from unpin.stores.pkcs12.safe_bags import MAX_BAGS, read_bags

FORMAT: Final = Format.PKCS12

UNENCRYPTED: Final = "it is not encrypted; Java passes over such keys"
"""The reason why Java does not list a KeyBag."""

_PASSWORD_HINT: Final = "give the store's password"  # noqa: S105 - a sentence

_DATA, _SIGNED_DATA = (re.escape(tlv.encode_oid(o)) for o in (oids.DATA, oids.SIGNED_DATA))
_HEADER: Final = re.compile(
    rb"\x30"
    + tlv.LENGTH
    + rb"\x02\x01\x03\x30"
    + tlv.LENGTH
    + b"(?:%b|%b)" % (_DATA, _SIGNED_DATA),
    re.DOTALL,
)


def claims(data: bytes) -> bool:
    """Whether `data` begins like a PFX of version 3 in DER or BER; it may be truncated."""
    return _HEADER.match(data) is not None


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a PKCS12 store. Without a password, only unencrypted parts are read and no MAC checked.

    Raises MalformedStoreError, LimitExceededError, UnsupportedStoreError for a store signed with
    a key or encrypted with an unsupported algorithm, PasswordRequiredError if a part is encrypted
    and `password` is None, and WrongPasswordError if the MAC or the decryption fails with it.
    """
    candidates = () if password is None else passphrases(password)
    return decode_with(data, source=source, candidates=candidates)


def decode_with(data: bytes, *, source: str, candidates: tuple[Passphrase, ...]) -> Store:
    """Read a store with encoded passwords; without any, as `decode` does without a password."""
    try:
        return _decode(data, source, candidates)
    except tlv.TlvError as error:
        raise MalformedStoreError(f"{source}: {error}") from error


def _decode(data: bytes, source: str, candidates: tuple[Passphrase, ...]) -> Store:
    frame = read_frame(data, source)
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
        refusal = refusal or f"it does not know {foreign}, which it checks if a password is given"
    sealed = tuple(read_contents(frame.authenticated_safe, source))
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
    # A large store is a large part of the memory: what was copied out of it is not kept.
    frame = replace(frame, authenticated_safe=b"")
    contents = _open(sealed, candidates, passphrase, source)
    passphrase = passphrase or next((c.passphrase for c in contents if c.passphrase), None)
    entries, places, more = _read_entries(contents, source)
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        protection=Protection(
            integrity=integrity,
            mac=mac_text,
            encryption=tuple(unique(c.scheme.description for c in contents if c.scheme)),
            needs_password=any(hides_certificates(item) for item in contents),
            weaknesses=tuple(weaknesses(mac, contents)),
            refusal=refusal or next(java_refusals(contents), ""),
            java_since=java_since(mac, contents),
            newer_algorithms=tuple(unique(newer_algorithms(mac, contents))),
        ),
        variant=Variant.BER if frame.ber else Variant.PLAIN,
        notes=(*notes, *since(passphrase), *more),
        container=Pkcs12Container(
            contents,
            frame.mac.raw if frame.mac else None,
            passphrase,
            frame.trailing,
            data,
            entries,
            places,
        ),
    )


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
    """Decrypt the encrypted contents; contents that do not decrypt get a `problem`.

    Raises WrongPasswordError if contents do not decrypt, and neither the MAC nor other contents
    prove the password.
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
    item: Contents, scheme: EncryptionScheme, candidate: Passphrase, source: str, room: int
) -> Contents | None:
    try:
        plain = scheme.decrypt(candidate, item.ciphertext)
        bags = tuple(read_bags(plain, source=source, room=room, exact=True))
        return replace(item, bags=bags, passphrase=candidate, plain=plain)
    except (DecryptionError, tlv.TlvError):
        # NOTE: a wrong password gives valid padding once in 256 times, but hardly ever a SEQUENCE.
        return None


def _read_entries(
    contents: Sequence[Contents], source: str
) -> tuple[tuple[Entry, ...], tuple[BagPosition, ...], list[str]]:
    """Turn the bags into entries in file order.

    An untrusted certificate in the chain of a key is no entry of its own.
    """
    bags = [bag for item in contents for bag in item.bags]
    builder = ChainBuilder(bags, source=source)
    chains = {
        index: builder.chain(index)
        for index, bag in enumerate(bags)
        if bag.kind is BagKind.SHROUDED_KEY
    }
    chained = {certificate for chain in chains.values() for certificate in chain}
    entries: list[Entry] = []
    places: list[BagPosition] = []
    index = 0
    for number, item in enumerate(contents):
        if item.problem:
            entries.append(_unreadable("", item.raw, item.problem, item.problem))
            places.append(BagPosition(number, WHOLE))
        for position, bag in enumerate(item.bags):
            if bag.trusted or bag.nested or bag.certificate not in chained:
                skipped = index in chains and builder.skipped(index)
                alias = builder.aliases.get(index, bag.alias or "")
                entries.append(_entry(bag, alias, chains.get(index, ()), skipped=skipped))
                places.append(BagPosition(number, position))
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
