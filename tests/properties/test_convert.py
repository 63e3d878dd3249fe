"""`convert` loses no certificate and no name without a word, from any format to any other.

Stores are drawn of few certificates and odd aliases, so that certificates and names meet often.
"""

from collections import Counter
from unittest import mock

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from tests import fixed_keys
from tests.examples import examples
from tests.pki import Authority, pem
from tests.unit.stores import jks_writer, p12_writer

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.errors import OUR_FAULT, CannotWriteError
from unpin.model.formats import Format
from unpin.operations.conversion import ConvertedFile
from unpin.operations.conversion_protection import OutputProtection
from unpin.rewrite.aliases import folded_alias
from unpin.rewrite.conversion_plan import ConversionPlan, Topic
from unpin.rewrite.merge import merge
from unpin.stores.crypto import algorithm_identifiers, private_keys
from unpin.stores.formats import ProtectionScheme
from unpin.stores.opening import open_bytes

ROOTS = [Authority(f"Root {letter}") for letter in "ab"]
CERTIFICATES = [
    *(root.certificate for root in ROOTS),
    Authority("Root a", ROOTS[1], key=ROOTS[0].key).certificate,
    Authority("Root a", ROOTS[0], ca=False).certificate,
    Authority("政府", ROOTS[0]).certificate,
]
NOW = 1_700_000_000_000
CLEAR = OutputProtection(None, "no password", ProtectionScheme.PASSWORD_LESS)
GUARDED = OutputProtection("changeit", "the test")
SETTINGS = examples(60)
FEW = examples(20)

DATES = st.integers(-(2**48), 2**48 - 1)
"""Beyond them a BKS is not told from an UBER (bks_entries.entry_begins); JKS has all 64 bits."""

certificates = st.sampled_from(CERTIFICATES)
aliases = st.sampled_from(
    ["root-a", "ROOT-A", "root-a-2", "\0", "\u0131", "\u0130", "i\u0307", "😀", "a b", "-", "ß"]
) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
named = st.lists(st.tuples(aliases, certificates), max_size=5)


@st.composite
def stores(draw):
    """A store of one of the formats that keep names, or a bundle."""
    number = draw(st.integers(0, 99))
    entries = draw(named)
    kind = draw(st.sampled_from([Format.JKS, Format.JCEKS, Format.PKCS12, Format.PEM]))
    match kind:
        case Format.PEM:
            data = pem(*(one for _, one in entries)) or b"-----BEGIN "
        case Format.PKCS12:
            bags = [
                p12_writer.cert_bag(
                    one.der, p12_writer.attributes(alias, trusted=draw(st.booleans()))
                )
                for alias, one in entries
            ]
            data = p12_writer.pfx(p12_writer.safe_of(p12_writer.plain(*bags)))
        case _:
            magic = jks_writer.JKS if kind is Format.JKS else jks_writer.JCEKS
            slots = [jks_writer.trusted(alias, one.der, date=draw(DATES)) for alias, one in entries]
            if draw(st.booleans()):
                slots.append(jks_writer.key("the key", CERTIFICATES[3].der))
            data = jks_writer.store(*slots, magic=magic)
    return open_bytes(data, source=f"{number}.{kind}")


some = st.lists(stores(), min_size=1, max_size=3).filter(lambda each: any(s.trusted for s in each))
targets = st.sampled_from(
    [Format.JKS, Format.JCEKS, Format.PKCS12, Format.BKS, Format.PEM, Format.PKCS7]
)


def converted(inputs, target, **kwargs):
    """What was merged, the store that it became, and what was said."""
    merged = merge(inputs, ConversionPlan(target, now_ms=NOW, skip_unreadable=True, **kwargs))
    protection = (
        CLEAR
        if target is Format.PKCS12
        else GUARDED
        if target.is_java
        else OutputProtection(None, "")
    )
    output = ConvertedFile(merged.entries, target, protection, "out")
    return merged, output.written, (*merged.remarks, *output.remarks, *output.losses())


@given(some, targets)
@SETTINGS
def test_every_certificate_is_there_once_and_for_java_too(inputs, target):
    _, written, _ = converted(inputs, target)
    wanted = {entry.certificate for store in inputs for entry in store.trusted}
    assert Counter(entry.certificate for entry in written.entries) == Counter(wanted)
    assert hidden_from_java(written) == {}


@given(some, targets)
@SETTINGS
def test_no_alias_changes_without_a_word(inputs, target):
    """A name is kept, or it is named in what is said: taken, a second one, lower case, no place.

    A second one that Java takes for the first, since they differ in case alone, is not worth a word.
    """
    _, written, remarks = converted(inputs, target)
    names = {entry.certificate: entry.alias for entry in written.entries}
    topics = (Topic.RENAMED, Topic.LEFT_OUT, Topic.NOT_KEPT)
    said = [remark.message for remark in remarks if remark.topic in topics]
    seen = set()
    for store in inputs:
        for entry in store.trusted:
            once = (entry.certificate, folded_alias(entry.alias))
            if once in seen:
                continue
            seen.add(once)
            if entry.alias and names[entry.certificate] != entry.alias:
                words = (entry.alias, repr(entry.alias), " more")
                assert any(word in message for word in words for message in said)


@given(some, targets)
@SETTINGS
def test_no_date_changes_without_a_word(inputs, target):
    _, written, remarks = converted(inputs, target)
    dates = {entry.certificate: entry.created_ms for entry in written.trusted}
    for store in inputs:
        for entry in store.trusted:
            same = entry.created_ms is None or dates[entry.certificate] == entry.created_ms
            topics = {remark.topic for remark in remarks}
            assert same or topics & {Topic.LEFT_OUT, Topic.NOT_KEPT}


@given(some, targets)
@FEW
def test_what_was_converted_converts_to_itself(inputs, target):
    _, once, _ = converted(inputs, target)
    _, twice, remarks = converted([once], target)
    assert [(entry.alias, entry.certificate, entry.created_ms) for entry in twice.entries] == [
        (entry.alias, entry.certificate, entry.created_ms) for entry in once.entries
    ]
    assert remarks == ()


@given(some)
@SETTINGS
def test_entries_of_the_same_layout_are_the_same_bytes(inputs):
    """A trusted entry of JKS is the same in JCEKS, if Java finds it under its name."""
    merged, written, _ = converted(inputs, Format.JCEKS, keys=True)
    for piece, entry in zip(merged.entries, written.entries, strict=True):
        if piece.store.format in (Format.JKS, Format.JCEKS) and entry.alias == piece.entry.alias:
            assert entry.raw == piece.entry.raw
        if isinstance(entry, KeyEntry):
            assert entry.sealed == piece.entry.sealed
        else:
            assert isinstance(entry, TrustedEntry)


KEY = fixed_keys.private_key("the key").private_bytes(
    Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
)
ROOT_A, ROOT_B, CROSS, LEAF, OTHER = CERTIFICATES
CHAINS = (
    (LEAF,), (LEAF, ROOT_A), (OTHER,), (OTHER, ROOT_A), (OTHER, CROSS, ROOT_B),
    (ROOT_A,), (CROSS,), (CROSS, ROOT_B),
)  # fmt: skip


@st.composite
def key_stores(draw):
    """A JKS of keys with chains, and of trusted certificates among which are those of the chains."""
    slots = []
    for alias, chain in draw(
        st.lists(st.tuples(aliases, st.sampled_from(CHAINS)), min_size=1, max_size=3)
    ):
        head = jks_writer.head(1, alias, draw(DATES))
        views = b"".join(jks_writer.slot(one.der) for one in chain)
        with fixed_keys.salts(len(slots)):
            sealed = jks_writer.blob(private_keys.seal_jks(KEY, "changeit"))
        slots.append(head + sealed + len(chain).to_bytes(4, "big") + views)
    slots += [jks_writer.trusted(alias, one.der) for alias, one in draw(named)]
    return open_bytes(jks_writer.store(*draw(st.permutations(slots))), source="keys.jks")


@given(key_stores(), st.sampled_from([Format.JKS, Format.JCEKS, Format.PKCS12, Format.PEM]))
@SETTINGS
def test_every_key_opens_as_before_and_has_its_chain(store, target):
    """In a PKCS12 Java makes up the chains: what it would make up otherwise is refused."""
    merged = merge([store], ConversionPlan(target, keys=True, now_ms=NOW))
    protection = (
        OutputProtection("changeit", "the test", ProtectionScheme.PASSWORD_LESS)
        if target.is_java
        else CLEAR
    )
    with (
        mock.patch.object(private_keys, "_JCEKS_ITERATIONS", 5),
        mock.patch.object(algorithm_identifiers, "ITERATIONS", 5),
    ):
        try:
            output = ConvertedFile(merged.entries, target, protection, "out")
        except CannotWriteError as error:
            assert target is Format.PKCS12
            assert error.hint != OUR_FAULT
            return
    keys = output.written.keys
    assert len(keys) == len(store.keys)
    if target is Format.PEM:
        found = {one.certificate for one in output.written.trusted}
        assert found == set(store.certificates())
        return
    wanted = {
        piece.alias.lower(): piece.entry.chain
        for piece in merged.entries
        if isinstance(piece.entry, KeyEntry)
    }
    for key in keys:
        sealed = private_keys.read_sealed(key.sealed)
        assert private_keys.unseal(sealed, "changeit", name="") == KEY
        chain = wanted[key.alias.lower()]
        assert key.chain[: len(chain)] == chain
