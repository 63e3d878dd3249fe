"""Merging: each certificate once, no alias twice, nothing left out without a word.

Root > Issuing > server         Root's key is cross-signed by Other
"""

import base64

import pytest
from tests.pki import Authority
from tests.referees.odd_certificates import signed

from unpin.asn1 import tlv
from unpin.cli.convert.formats import RoleChoice
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Attribute, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError, UsageError
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection, Store
from unpin.rewrite.conversion_plan import (
    ConversionPlan,
    MergedEntry,
    Remark,
    Selection,
    Topic,
    known_roots,
)
from unpin.rewrite.conversion_remarks import left_behind, losses, repairs
from unpin.rewrite.merge import merge
from unpin.stores.pem import decoder as pem

OTHER = Authority("Other Root")
ROOT = Authority("Root")
CROSS = Authority("Root", OTHER, key=ROOT.key)
ISSUING = Authority("Issuing", ROOT)
ISSUING_2 = Authority("Issuing", ROOT)
SERVER = Authority("db.example.org", ISSUING, ca=False)
A, B, C = ROOT.certificate, ISSUING.certificate, SERVER.certificate


def store(*entries, name="in.jks", kind=Format.JKS, **kwargs):
    return Store(name, kind, entries, **kwargs)


def trusted(alias, certificate, created_ms=None, **kwargs):
    return TrustedEntry(alias, certificate, b"raw of " + alias.encode(), created_ms, **kwargs)


def bundle(*blocks, name="in.pem"):
    return pem.decode(b"".join(blocks), source=name, password=None)


def key(alias, *chain, sealed=b"sealed"):
    return KeyEntry(alias, KeyKind.PRIVATE, chain, b"raw of " + alias.encode(), sealed=sealed)


def merged(*stores, target=Format.JKS, **kwargs):
    return merge(stores, ConversionPlan(target, now_ms=99, **kwargs))


def names(result):
    return [one.alias for one in result.entries]


def said(result):
    return [(remark.topic, remark.source, remark.message) for remark in result.remarks]


def test_aliases_and_dates_are_kept_and_new_ones_given():
    result = merged(
        store(trusted("Mine", A, 5), kind=Format.PKCS12),
        store(trusted("", B)),
        target=Format.PKCS12,
    )
    assert [(p.alias, p.created_ms, p.entry.certificate) for p in result.entries] == [
        ("Mine", 5, A),
        ("issuing", 99, B),
    ]
    assert result.remarks == ()


def test_an_alias_that_is_kept_is_not_called_lost():
    same = merged(store(trusted("one", A)), store(trusted("ONE", A), name="two.jks"))
    taken_over = merged(store(trusted("", A)), store(trusted("one", A), name="two.jks"))
    for result in (same, taken_over):
        assert [one.alias for one in result.entries] == ["one"]
        assert said(result) == [
            (Topic.LEFT_OUT, "two.jks", "1 duplicate certificate is written once")
        ]


def test_a_certificate_is_there_once_under_its_first_name():
    result = merged(
        store(trusted("one", A, 1), name="one.jks"),
        store(trusted("two", A, 2), trusted("three", B, 3), name="two.jks"),
    )
    assert [(p.alias, p.created_ms) for p in result.entries] == [("one", 1), ("three", 3)]
    assert said(result) == [
        (
            Topic.LEFT_OUT,
            "two.jks",
            "1 duplicate certificate is written once, without the alias two",
        )
    ]


def test_a_name_wins_over_none_and_brings_its_date():
    bundle = store(trusted("", A), trusted("", B), name="b.pem", kind=Format.PEM)
    result = merged(bundle, store(trusted("mine", A, 7)))
    assert [(p.alias, p.created_ms) for p in result.entries] == [("mine", 7), ("issuing", 99)]


def test_aliases_collide_by_case_and_own_names_come_before_new_ones():
    result = merged(
        store(trusted("", ISSUING.certificate)),
        store(trusted("issuing", A), name="1"),
        store(trusted("ISSUING", C), name="2"),
        target=Format.PKCS12,
    )
    assert names(result) == ["issuing-3", "issuing", "ISSUING-2"]
    assert said(result) == [
        (Topic.RENAMED, "2", "alias 'ISSUING' is taken, the entry is now 'ISSUING-2'")
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Format.BKS, ["ROOT", "root", "issuing", "root-2"]),
        (Format.PKCS12, ["ROOT", "root-2", "issuing", "root-3"]),
        (Format.JKS, ["root", "root-2", "issuing", "root-3"]),
        (Format.PEM, ["ROOT", "root", "", "root"]),
    ],
)
def test_case_tells_aliases_apart_for_bouncycastle_alone(target, expected):
    entries = (trusted("ROOT", B), trusted("root", C), trusted("", ISSUING_2.certificate))
    one = store(*entries, kind=Format.BKS)
    two = store(trusted("root", OTHER.certificate), kind=Format.BKS)
    result = merged(one, two, target=target)
    assert sorted(names(result)) == sorted(expected)


def test_jks_takes_lower_case_only():
    result = merged(store(trusted("My Root", A), kind=Format.PKCS12, name="p.p12"))
    assert names(result) == ["my root"]
    assert said(result) == [
        (
            Topic.RENAMED,
            "p.p12",
            "1 alias is now in lower case, since Java finds no others in this format: My Root",
        )
    ]


def test_a_bundle_has_keys_then_roots_then_the_rest():
    entries = (trusted("x", CROSS.certificate), trusted("i", B), trusted("r", A), key("k", C))
    result = merged(store(*entries), target=Format.PEM, keys=True)
    assert names(result) == ["k", "r", "x", "i"]
    assert names(merged(store(*entries), keys=True)) == ["x", "i", "r", "k"]


def test_keys_are_left_out_unless_asked_for_and_their_chains_are_no_trust():
    one = store(trusted("r", A), key("k", C, B))
    assert names(merged(one)) == ["r"]
    assert said(merged(one)) == [
        (Topic.LEFT_OUT, "in.jks", "1 key is left out (k); --keys copies keys")
    ]
    assert names(merged(one, keys=True)) == ["r", "k"]
    assert names(merged(one, chains=True)) == ["r", "db-example-org", "issuing"]


def test_equal_keys_are_one():
    result = merged(store(key("k", C)), store(key("k2", C)), keys=True)
    assert names(result) == ["k"]
    result = merged(store(key("k", C)), store(key("k2", C, sealed=b"new salt")), keys=True)
    assert names(result) == ["k", "k2"]


def test_nothing_but_keys_is_an_error_that_says_so():
    with pytest.raises(
        CannotWriteError, match=r"^in\.jks: the input has no trusted certificates"
    ) as e:
        merged(store(key("k", C)))
    assert "--keys" in e.value.hint
    with pytest.raises(CannotWriteError, match=r"^in\.jks: there is nothing to write$"):
        merged(store())


def test_what_cannot_be_read_is_an_error_and_left_out_only_when_told():
    one = store(
        trusted("r", A),
        UnreadableEntry("odd", b"?", "truncated"),
        trusted("no", Certificate(b"\x30\x00")),
    )
    with pytest.raises(
        CannotWriteError, match=r"^in\.jks: entry 'odd': truncated, entry 'no': not a certificate: "
    ) as error:
        merged(one)
    assert error.value.hint == "--skip-unreadable leaves out unreadable entries"
    result = merged(one, skip_unreadable=True)
    assert names(result) == ["r"]
    assert [(topic, message[:12]) for topic, _, message in said(result)] == [
        (Topic.LEFT_OUT, "entry 'odd':"),
        (Topic.LEFT_OUT, "entry 'no': "),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"<the certificate>", "placeholder text, not a certificate"),
        (b"", "the block is empty"),
        (b"YOURCERT", "length field at byte 0 runs past the end"),
    ],
)
def test_a_placeholder_is_called_one(text, reason):
    one = bundle(b"\n\n-----BEGIN CERTIFICATE-----\n%b\n-----END CERTIFICATE-----\n" % text)
    assert one.unreadable[0].reason == reason
    with pytest.raises(CannotWriteError, match=r"^in\.pem: line 3: .*placeholder") as error:
        merged(one)
    assert error.value.hint == "replace the placeholder with the certificate"


def test_a_block_cut_short_is_not_called_a_placeholder():
    one = bundle(b"\n\n-----BEGIN CERTIFICATE-----\nMIIBszCC")
    with pytest.raises(
        CannotWriteError,
        match=r"^in\.pem: line 3: the file ends inside this block, before its END line$",
    ):
        merged(one)


def test_what_java_would_refuse_is_not_written_to_its_stores():
    """Java refuses a whole store for one certificate with an empty issuer."""
    refused = Certificate(signed(""))
    with pytest.raises(
        CannotWriteError, match="Java would refuse the whole store: its issuer is empty"
    ):
        merged(store(trusted("r", A), trusted("odd", refused)))
    assert names(merged(store(trusted("odd", refused)), target=Format.PEM)) == ["odd"]


REFUSED = "Java would refuse the whole store: its issuer is empty"


def test_the_chain_of_a_key_is_checked_as_every_certificate_is():
    """A chain of a key that Java refuses, from a PKCS12 to a JKS, with and without its key."""
    one = store(
        key("k", Certificate(signed("")), A), trusted("r", B), kind=Format.PKCS12, name="in.p12"
    )
    for wanted in ({"keys": True}, {"chains": True}):
        with pytest.raises(CannotWriteError, match=f"in.p12: entry 'k': {REFUSED}"):
            merged(one, **wanted)
        rest = merged(one, skip_unreadable=True, **wanted)
        assert names(rest) == ["r"]
        assert (Topic.LEFT_OUT, "in.p12", f"entry 'k': {REFUSED}; left out") in said(rest)
    assert names(merged(one)) == ["r"]
    assert names(merged(one, target=Format.BKS, keys=True)) == ["k", "r"]


def test_certificates_that_java_did_not_see_become_trusted_and_that_is_said():
    one = store(
        trusted("a", A, trusted=False), trusted("", B, trusted=False), kind=Format.PKCS12, name="p"
    )
    assert said(merged(one)) == [
        (
            Topic.TRUSTED,
            "p",
            (
                "2 certificates become trusted entries for Java, as the "
                "trusted-key-usage attribute was missing: a, Issuing"
            ),
        )
    ]


def block(certificate, *settings):
    """A block as `openssl x509 -trustout` writes it (X509_CERT_AUX)."""
    der = certificate.der + tlv.element(tlv.SEQUENCE, *settings)
    body = base64.encodebytes(der)
    return b"-----BEGIN TRUSTED CERTIFICATE-----\n" + body + b"-----END TRUSTED CERTIFICATE-----\n"


def oids(tag, *purposes):
    return tlv.element(tag, *map(tlv.encode_oid, purposes))


MAIL, SERVERS = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.1"


def test_what_openssl_is_told_to_distrust_does_not_become_trusted():
    blocks = (
        block(A, oids(tlv.SEQUENCE, SERVERS), oids(0xA0, MAIL)),
        block(B, oids(0xA0, MAIL, SERVERS)),
        block(C, oids(tlv.SEQUENCE, MAIL)),
        block(OTHER.certificate),
    )
    result = merged(bundle(*blocks, name="t.pem"))
    assert names(result) == ["root", "db-example-org", "other-root"]
    assert said(result) == [
        (
            Topic.LEFT_OUT,
            "t.pem",
            "1 certificate is left out, rejected for servers by OpenSSL's trust settings: Issuing",
        ),
        (
            Topic.TRUSTED,
            "t.pem",
            (
                "1 certificate was not trusted for servers, which the output cannot express: "
                "db.example.org"
            ),
        ),
    ]


def test_an_alias_selects_a_key_with_its_chain():
    one = store(trusted("r", A), key("mine", C, B))
    selection = Selection(("mine",))
    assert names(merged(one, selection=selection, keys=True, chains=True)) == [
        "mine",
        "db-example-org",
        "issuing",
    ]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("r*",), ["root [jdk]"]),
        (("ROOT [JDK]",), ["root [jdk]"]),
        (("?",), ["b"]),
        (("issuing", "b"), ["issuing", "b"]),
        (("*",), ["root [jdk]", "issuing", "b"]),
    ],
)
def test_aliases_are_selected_by_pattern_also_those_to_be(patterns, expected):
    one = store(trusted("root [jdk]", A), trusted("", B), trusted("b", C))
    assert names(merged(one, selection=Selection(patterns))) == expected


def test_a_pattern_that_nothing_has_is_an_error():
    with pytest.raises(UsageError, match=r"^no entry has the alias 'rot'$"):
        merged(store(trusted("root", A)), selection=Selection(("r*", "rot")))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (RoleChoice.ROOT, ["r", "o"]),
        (RoleChoice.CROSS_SIGNED, ["x"]),
        (RoleChoice.INTERMEDIATE, ["i"]),
        (RoleChoice.SERVER, ["s"]),
    ],
)
def test_roles(role, expected):
    pool = {"r": A, "x": CROSS.certificate, "i": B, "s": C, "o": OTHER.certificate}
    selection = Selection((), role.roles, known_roots(tuple(pool.values())))
    result = merged(store(*(trusted(n, c) for n, c in pool.items())), selection=selection)
    assert names(result) == expected
    left = len(pool) - len(expected)
    was = "entry was" if left == 1 else "entries were"
    assert said(result) == [(Topic.LEFT_OUT, "in.jks", f"{left} {was} not selected")]


def written(*entries, kind=Format.PKCS12):
    return Store("out", kind, entries)


def test_losses_are_what_the_output_does_not_hold():
    odd = Attribute("1.2.3", b"\x31\x00")
    entries = [
        MergedEntry(trusted("one", A, 5), store(), "one", 5),
        MergedEntry(trusted("two", B, 7000, attributes=(odd,)), store(), "two", 7000),
    ]
    kept = written(trusted("one", A, 5), trusted("two", B, 7999, attributes=(odd,)))
    assert losses(entries, kept) == ()
    lost = written(trusted("", A), trusted("two", B, 8000), kind=Format.PEM)
    assert losses(entries, lost) == tuple(
        Remark(Topic.NOT_KEPT, "out", message)
        for message in (
            "1 alias is not kept by PEM: one",
            "2 creation dates are not kept by PEM: one, two",
            "1 entry's attributes are not kept by PEM: two",
        )
    )


def test_java_may_lengthen_the_chain_of_a_pkcs12_key_and_that_is_said():
    longer = written(key("k", C, B, A), trusted("r", A))
    entries = [
        MergedEntry(key("k", C, B), store(), "k", 5),
        MergedEntry(trusted("r", A), store(), "r", 5),
    ]
    assert losses(entries, longer) == (
        Remark(Topic.KEY, "out", "Java adds trusted certificates of the store to the chain of: k"),
    )


def test_repairs_name_the_fault_and_its_line():
    faults = (
        EncodingFault(FaultKind.UTF_8_BOM, line=1),
        EncodingFault(FaultKind.DER),
        EncodingFault(FaultKind.TRUSTED_CERTIFICATE_SETTINGS, line=4),
    )
    one = store(kind=Format.PEM, name="b.pem", faults=faults)
    assert list(repairs(one)) == [
        Remark(
            Topic.REPAIRED,
            "b.pem",
            "repaired utf-8-bom in line 1: the file begins with a UTF-8 byte order mark",
        ),
        Remark(
            Topic.REPAIRED,
            "b.pem",
            "repaired trusted-certificate-settings in line 4: a TRUSTED CERTIFICATE block carries "
            "OpenSSL's trust settings after the certificate",
        ),
    ]


def test_notes_comments_and_an_unchecked_digest_are_said():
    protection = Protection(integrity=Integrity.NOT_CHECKED)
    one = store(protection=protection, notes=("3 bytes follow",))
    assert [remark.message for remark in left_behind(one)] == [
        "the integrity was not checked: no password opened it",
        "not carried over: 3 bytes follow",
    ]
    own = b"# Root\n# SHA-256 AB:CD\n"
    one = bundle(*(text + block(A) for text in (own, own[7:], b"\n\n", b"Issuer: me\n")))
    assert [remark.message for remark in left_behind(one)][-1:] == [
        "the text above 2 blocks is left out"
    ]
