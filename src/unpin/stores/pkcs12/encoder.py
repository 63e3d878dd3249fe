"""Write PKCS12 stores (RFC 7292). Unchanged parts are copied byte for byte, ciphertext included."""

from collections.abc import Iterable, Sequence
from typing import Final

from unpin.asn1 import tlv
from unpin.model.entries import Entry, UnreadableEntry
from unpin.model.errors import CannotWriteError, UnpinError
from unpin.model.store import Store
from unpin.stores.crypto.algorithm_identifiers import renewed_algorithm
from unpin.stores.crypto.key_derivation import Passphrase, passphrases
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    ProtectionScheme,
    check_writable,
    not_readable_back,
    required,
)
from unpin.stores.pkcs12 import decoder, pfx, protection
from unpin.stores.pkcs12.bag_changes import BagChanges, Slots, bag_changes
from unpin.stores.pkcs12.bags import Bag, BagKind, sealed_secret
from unpin.stores.pkcs12.mac import sealed_mac
from unpin.stores.pkcs12.pfx import Contents, Pkcs12Container
from unpin.stores.pkcs12.safe_bag_edit import edited, read_bag, renamed_bag, reread
from unpin.stores.pkcs12.verification import check_same

_NEW: Final = Pkcs12Container((), None, None, b"", b"", (), ())


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries: read entries stay in their places, new entries follow them.

    The store keeps its schemes, iteration counts and salt sizes, unless `options.scheme` names
    others; a key's own encryption never changes (protection.weak_keys). If nothing changes, the
    result is the file that was read. The result is decoded and compared before it is returned.

    Raises CannotWriteError for an unchecked MAC, a missing password, a password other than the one
    that opened the store, an entry that PKCS12 cannot hold, and if Java would see any remaining
    entry differently.
    """
    check_writable(store, options)
    try:
        return _Writer(store, password, options.scheme).write()
    except tlv.TlvError as error:
        raise CannotWriteError(
            f"{store.source}: a part that has to change cannot be rewritten: {error}",
            "convert it to a new store: unpin convert STORE --to pkcs12 -o NEW",
        ) from error


def rename(entry: Entry, alias: str) -> Entry:
    """The entry under another friendlyName, all else byte for byte. Raises CannotWriteError."""
    if isinstance(entry, UnreadableEntry):
        raise CannotWriteError(f"{entry.alias or 'an entry'}: what cannot be read is not renamed")
    bag = read_bag(entry.raw)
    if bag is None and entry.raw:
        raise CannotWriteError(f"{entry.alias}: it is in the shape of another format")
    raw = entry.raw
    if bag is not None and bag.alias != alias:
        raw = renamed_bag(raw, alias)
    return reread(entry, raw, alias)


class _Writer:
    def __init__(self, store: Store, password: str | None, wish: ProtectionScheme) -> None:
        self._store = store
        self._source = store.source
        self._password = password
        self._wish = wish
        self._old = store.container if isinstance(store.container, Pkcs12Container) else _NEW
        self._used: list[Passphrase] = []
        known = self._old.passphrase
        given = passphrases(password) if password is not None else ()
        if given and known is not None and known not in given:
            raise CannotWriteError(
                f"{self._source}: another password than the one that opened the store",
                "convert it to a new store to give it another password",
            )

    def write(self) -> Encoded:
        out = bag_changes(self._old, self._store.entries, self._source)
        contents = self._contents(out)
        unchanged = contents == [item.raw for item in self._old.contents]
        written = self._old.data if unchanged else b""
        if not written or self._wish is not ProtectionScheme.KEEP:
            mac = self._mac()
            if not written or mac != (self._old.mac or b""):
                written = self._framed(contents, mac)
        del contents  # a copy of the file, which is decoded now
        return Encoded(written, self._checked(written, out))

    def _framed(self, contents: Sequence[bytes], mac: bytes) -> bytes:
        safe = pfx.authenticated_safe(contents, self._old.data)
        if mac:
            mac = sealed_mac(mac, self._usual(), safe)
        return pfx.pfx(safe, mac, self._old.data)

    def _mac(self) -> bytes:
        """The MacData before its digest is computed; b"" if the new store has no MAC."""
        if not self._old.data:
            return protection.new_mac(self._wish)
        return protection.mac_for(self._wish, self._old.mac, self._source)

    def _contents(self, out: BagChanges) -> list[bytes]:
        home = self._home()
        written: list[bytes] = []
        for number, (item, slots) in enumerate(zip(self._old.contents, out.slots, strict=True)):
            if number in out.gone:
                continue
            more = out.certificates if number == home else ()
            written.append(self._rewritten(item, slots, more))
        if out.keys:
            written.append(pfx.plain_contents(tlv.element(tlv.SEQUENCE, *out.keys)))
        if out.clear:
            written.append(self._added(out.clear, guarded=True))
        if out.certificates and home is None:
            written.append(self._added(out.certificates, guarded=False))
        return written

    def _home(self) -> int | None:
        """The position of the ContentInfo that already holds trusted certificates, if any."""
        for number, item in enumerate(self._old.contents):
            if any(bag.trusted and bag.certificate and not bag.nested for bag in item.bags):
                return number
        return None

    def _rewritten(self, item: Contents, slots: Slots, more: Sequence[bytes]) -> bytes:
        keeps = protection.keeps_encryption(self._wish, item)
        if keeps and not more and slots == [bag.raw for bag in item.bags]:
            return self._untouched(item)
        plain = edited(item.plain, slots, more)
        if item.scheme is None:
            return pfx.plain_contents(plain, item.raw)
        algorithm: bytes | None
        if keeps:
            algorithm = renewed_algorithm(pfx.algorithm_of(item.raw))
        else:
            algorithm = protection.other_encryption(self._wish, item.scheme)
        if algorithm is None:
            stay = (bag for bag, slot in zip(item.bags, slots, strict=True) if slot is not None)
            self._refuse_in_clear(stay)
            return pfx.plain_contents(plain)
        passphrase = item.passphrase if keeps and item.passphrase else self._usual()
        self._used.append(passphrase)
        return pfx.encrypted_contents(plain, algorithm, passphrase, item.raw)

    def _untouched(self, item: Contents) -> bytes:
        if item.problem and self._wish is ProtectionScheme.PASSWORD_LESS:
            raise CannotWriteError(
                f"{self._source}: a part of it {item.problem}, so it cannot do without one"
            )
        if item.passphrase is not None:
            self._used.append(item.passphrase)
        return item.raw

    def _added(self, bags: Sequence[bytes], *, guarded: bool) -> bytes:
        """A new ContentInfo, protected like the ContentInfo with certificates, or as `wish` says.

        `guarded` bags must be encrypted. Raises CannotWriteError if they would not be.
        """
        plain = tlv.element(tlv.SEQUENCE, *bags)
        model = self._model()
        if model is not None and model.passphrase is not None:
            algorithm = renewed_algorithm(pfx.algorithm_of(model.raw))
            self._used.append(model.passphrase)
            return pfx.encrypted_contents(plain, algorithm, model.passphrase)
        without_password = self._old.data and self._old.mac is None
        if without_password or (model is not None and not guarded):
            made = None
        else:
            made = protection.new_encryption(self._wish)
        if made is None:
            if guarded:
                self._refuse_in_clear(bag for bag in map(read_bag, bags) if bag is not None)
            return pfx.plain_contents(plain)
        return pfx.encrypted_contents(plain, made, self._usual())

    def _model(self) -> Contents | None:
        """The ContentInfo whose encryption a new ContentInfo copies, if that encryption is kept."""
        for item in self._old.contents:
            if any(bag.kind is BagKind.CERTIFICATE for bag in item.bags):
                return item if protection.keeps_encryption(self._wish, item) else None
        return None

    def _refuse_in_clear(self, bags: Iterable[Bag]) -> None:
        for bag in bags:
            secret = bag.kind is BagKind.SECRET and not sealed_secret(bag)
            if secret or bag.kind is BagKind.KEY:
                raise CannotWriteError(
                    f"{self._source}: {bag.alias or 'a key'}: it has no encryption of its own and "
                    "would lie in clear",
                    "leave it out, or write a store with a password",
                )

    def _usual(self) -> Passphrase:
        """The password as encoded for the MAC, and for new contents."""
        known = self._old.passphrase
        if known is not None and not known.of_jdk25:
            found = known
        elif known is not None:
            found = passphrases(known.utf8.decode("utf-8", "surrogatepass"))[0]
        else:
            found = passphrases(required(self._password, self._store))[0]
        printable = all(0x20 <= octet < 0x7F for octet in found.utf8)
        if self._wish is ProtectionScheme.JDK8 and not printable:
            raise CannotWriteError(
                f"{self._source}: Java 8 takes only printable ASCII for the password of PKCS12",
                "choose another password",
            )
        self._used.append(found)
        return found

    def _checked(self, written: bytes, out: BagChanges) -> Store:
        """Decode the result. Raises CannotWriteError if its entries are not the wanted ones."""
        used = dict.fromkeys(self._used)
        if self._old.passphrase is not None:
            used[self._old.passphrase] = None
        try:
            read = decoder.decode_with(written, source=self._source, candidates=tuple(used))
        except UnpinError as error:
            raise not_readable_back(self._source, error) from error
        check_same(out.wanted, read.entries, self._source)
        return read
