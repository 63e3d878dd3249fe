"""The designed cases: root R, intermediate I, server L; in each, one thing is out of the ordinary.

R > I > L        the server sends L, I; the store holds R, or whatever the case says
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.policy import der
from tests.conformance.policy.certs import (
    ABSENT,
    ANY_PURPOSE,
    CLIENT_AUTH,
    CODE_SIGNING,
    CRL_SIGN,
    DIGITAL_SIGNATURE,
    FUTURE,
    HOST,
    KEY_CERT_SIGN,
    KEY_ENCIPHERMENT,
    MICROSOFT_SGC,
    NETSCAPE_SGC,
    PAST,
    SERVER_AUTH,
    Key,
    Made,
    directory,
    excluded,
    issue,
    permitted,
)


@dataclass(frozen=True)
class Case:
    """A store in the order of its file, and the chain that the server presents."""

    name: str
    store: tuple[Made, ...]
    chain: tuple[Made, ...]


CASES: list[Case] = []


def case(name, store, chain):
    CASES.append(Case(name, tuple(store), tuple(chain)))


def trio(root=None, middle=None, leaf=None):
    """R, I and L, each with the fields that depart from the ordinary."""
    r = issue("R", **(root or {}))
    i = issue("I", r, **(middle or {}))
    return r, i, issue("L", i, **{"ca": False, **(leaf or {})})


def vary(name, root=None, middle=None, leaf=None):
    """The trio with R in the store."""
    r, i, one = trio(root, middle, leaf)
    case(name, [r], [one, i])


def pin(name, root=None, middle=None, leaf=None):
    """The trio with I in the store instead of R."""
    _, i, one = trio(root, middle, leaf)
    case(name, [i], [one, i])


def pinned_leaf(name, **leaf):
    _, i, one = trio(None, None, leaf)
    case(name, [one], [one, i])


def lone(name, in_store=True, **fields):
    """A self-signed server certificate, in the store or not."""
    one = issue("L", **{"ca": False, "usage": (DIGITAL_SIGNATURE,), **fields})
    case(name, [one] if in_store else [trio()[0]], [one])


def ordinary():
    vary("plain")
    pin("plain: intermediate pinned")
    pinned_leaf("plain: server certificate pinned")
    r, i, one = trio()
    case("plain: root presented", [r], [one, i, r])
    case("plain: root presented and unknown", [issue("other")], [one, i, r])
    case("plain: intermediate not presented", [r], [one])
    case("plain: intermediate in the store, not presented", [r, i], [one])


def path_length():
    vary("path length: root 0, one intermediate", {"path_length": 0})
    vary("path length: root 1, one intermediate", {"path_length": 1})
    vary("path length: intermediate 0", None, {"path_length": 0})
    r = issue("R")
    for length in (0, 1):
        a = issue("A", r, path_length=length)
        b = issue("B", a)
        one = issue("L", b, ca=False)
        case(f"path length: upper intermediate {length}, one below", [r], [one, b, a])
        case(f"path length: upper intermediate {length} pinned, one below", [a], [one, b, a])
        case(f"path length: upper intermediate {length} pinned, not sent", [a], [one, b])
    a = issue("A", r, path_length=0)
    rolled = issue("A", a, key=Key("A rolled"))
    one = issue("L", rolled, ca=False)
    case("path length: 0 above a self-issued intermediate", [r], [one, rolled, a])
    case("path length: 0 pinned above a self-issued intermediate", [a], [one, rolled])
    vary("path length: 0 in a server certificate", None, None, {"path_length": 0})
    pin("path length: 0 in a pinned intermediate", None, {"path_length": 0})
    # R > I (0, R's choice), S > I (no limit): only the path through S is good.
    tight = issue("R", path_length=0)
    other = issue("S")
    i1 = issue("I", tight)
    i2 = issue("I", other, key=i1.key)
    one = issue("L", i1, ca=False)
    case("path length: violated on one path of two, tight first", [tight, other], [one, i1, i2])
    case("path length: violated on one path of two, tight last", [other, tight], [one, i2, i1])
    case(
        "path length: twins of one root, tight first", [tight, issue("R", path_length=5)], [one, i1]
    )
    case(
        "path length: twins of one root, tight last", [issue("R", path_length=5), tight], [one, i1]
    )
    vary("path length: -1 in the root", {"path_length": -1})


def authority():
    vary(
        "ca: root without BasicConstraints, keyCertSign", {"ca": ABSENT, "usage": (KEY_CERT_SIGN,)}
    )
    vary("ca: root without BasicConstraints or KeyUsage", {"ca": ABSENT, "usage": ABSENT})
    vary("ca: root with CA:FALSE", {"ca": False, "names": (), "usage": (KEY_CERT_SIGN,)})
    vary("ca: root with CA:FALSE, no KeyUsage", {"ca": False, "names": (), "usage": ABSENT})
    keyed = {"ca": ABSENT, "names": (), "usage": (KEY_CERT_SIGN,)}
    bare = {"ca": ABSENT, "names": (), "usage": ABSENT}
    false = {"ca": False, "names": (), "usage": (KEY_CERT_SIGN,)}
    free = {"ca": False, "names": (), "usage": ABSENT}
    for what, fields in (
        ("no BasicConstraints", bare),
        ("no BasicConstraints but keyCertSign", keyed),
        ("CA:FALSE", false),
        ("CA:FALSE, no KeyUsage", free),
    ):
        vary(f"ca: intermediate with {what}", None, fields)
        pin(f"ca: pinned intermediate with {what}", None, fields)
    vary(
        "ca: server certificate with CA:TRUE",
        None,
        None,
        {
            "ca": True,
            "usage": (DIGITAL_SIGNATURE, KEY_CERT_SIGN),
            "more": ((SAN, False, SAN_VALUE),),
        },
    )
    vary("ca: server certificate without BasicConstraints", None, None, {"ca": ABSENT})
    lone("ca: self-signed server certificate, CA:FALSE, pinned")
    lone("ca: self-signed server certificate, no BasicConstraints, pinned", ca=ABSENT)
    lone(
        "ca: self-signed server certificate, no BasicConstraints or KeyUsage, pinned",
        ca=ABSENT,
        usage=ABSENT,
    )
    own = {"ca": True, "more": ((SAN, False, SAN_VALUE),)}
    lone(
        "ca: self-signed server certificate, CA:TRUE, pinned",
        **own,
        usage=(DIGITAL_SIGNATURE, KEY_CERT_SIGN),
    )
    lone("ca: self-signed server certificate, CA:TRUE, no KeyUsage, pinned", **own, usage=ABSENT)
    lone("ca: self-signed server certificate, CA:TRUE, no keyCertSign, pinned", **own)
    lone("ca: self-signed server certificate, not in the store", in_store=False)


def versions():
    vary("version: 1 root", {"version": 1})
    vary("version: 1 intermediate", None, {"version": 1})
    pin("version: 1 pinned intermediate", None, {"version": 1})
    vary("version: 1 root and intermediate", {"version": 1}, {"version": 1})
    r = issue("R", version=1)
    rolled = issue("R", r, key=Key("R rolled"), version=1)
    one = issue("L", rolled, ca=False)
    case("version: 1 root and its self-issued version 1 successor", [r], [one, rolled])
    vary("version: 2 root", {"version": 2})


def key_usage():
    vary("key usage: root without keyCertSign", {"usage": (CRL_SIGN,)})
    vary("key usage: root without KeyUsage", {"usage": ABSENT})
    vary("key usage: intermediate without keyCertSign", None, {"usage": (DIGITAL_SIGNATURE,)})
    vary("key usage: intermediate without KeyUsage", None, {"usage": ABSENT})
    pin("key usage: pinned intermediate without keyCertSign", None, {"usage": (DIGITAL_SIGNATURE,)})
    vary("key usage: server without KeyUsage", None, None, {"usage": ABSENT})
    vary("key usage: server with keyEncipherment only", None, None, {"usage": (KEY_ENCIPHERMENT,)})
    vary("key usage: server with cRLSign only", None, None, {"usage": (CRL_SIGN,)})
    vary(
        "key usage: RSA server with keyEncipherment only",
        None,
        None,
        {"usage": (KEY_ENCIPHERMENT,), "key": Key("LR", "rsa2048")},
    )
    pinned_leaf("key usage: pinned server with cRLSign only", usage=(CRL_SIGN,))
    # R > I (no keyCertSign), R > I (good, same key): a second candidate.
    r, i, one = trio()
    bad = issue("I", r, key=i.key, usage=(DIGITAL_SIGNATURE,), begins=PAST + 1)
    case("key usage: intermediate without keyCertSign before its good twin", [r], [one, bad, i])
    case("key usage: intermediate without keyCertSign after its good twin", [r], [one, i, bad])
    case(
        "key usage: intermediate without keyCertSign in the store, good twin sent",
        [bad, r],
        [one, i],
    )
    false = issue("I", r, key=i.key, ca=False, names=(), usage=(KEY_CERT_SIGN,), begins=PAST + 2)
    case("ca: intermediate with CA:FALSE before its good twin", [r], [one, false, i])
    case("ca: intermediate with CA:FALSE after its good twin", [r], [one, i, false])
    case("ca: intermediate with CA:FALSE in the store, good twin sent", [false, r], [one, i])


def extended_key_usage():
    sets = (
        ("serverAuth", (SERVER_AUTH,)),
        ("clientAuth", (CLIENT_AUTH,)),
        ("any", (ANY_PURPOSE,)),
        ("serverAuth and clientAuth", (SERVER_AUTH, CLIENT_AUTH)),
        ("codeSigning and any", (CODE_SIGNING, ANY_PURPOSE)),
        ("Netscape SGC", (NETSCAPE_SGC,)),
        ("Microsoft SGC", (MICROSOFT_SGC,)),
    )
    for what, eku in sets:
        vary(f"eku: root {what}", {"eku": eku})
        vary(f"eku: intermediate {what}", None, {"eku": eku})
        pin(f"eku: pinned intermediate {what}", None, {"eku": eku})
        vary(f"eku: server {what}", None, None, {"eku": eku})
    vary(
        "eku: intermediate critical clientAuth", None, {"eku": (CLIENT_AUTH,), "eku_critical": True}
    )
    vary(
        "eku: server critical serverAuth", None, None, {"eku": (SERVER_AUTH,), "eku_critical": True}
    )
    vary(
        "eku: server critical clientAuth", None, None, {"eku": (CLIENT_AUTH,), "eku_critical": True}
    )
    pinned_leaf("eku: pinned server clientAuth", eku=(CLIENT_AUTH,))
    lone("eku: self-signed server certificate clientAuth, pinned", eku=(CLIENT_AUTH,))
    r, i, one = trio()
    bad = issue("R", key=r.key, eku=(CLIENT_AUTH,), begins=PAST + 1)
    case("eku: root clientAuth before its good twin", [bad, r], [one, i])
    case("eku: root clientAuth after its good twin", [r, bad], [one, i])
    no = issue("I", r, key=i.key, eku=(CLIENT_AUTH,), begins=PAST + 1)
    case("eku: intermediate clientAuth before its good twin", [r], [one, no, i])
    case("eku: intermediate clientAuth after its good twin", [r], [one, i, no])


SAN = "2.5.29.17"
SAN_VALUE = der.sequence(der.tlv(0x82, HOST.encode()))
LOOPBACK = bytes([127, 0, 0, 1])


def name_constraints():
    rows = (
        ("permitted test", permitted("test")),
        ("permitted server.test", permitted(HOST)),
        ("permitted .test", permitted(".test")),
        ("permitted .server.test", permitted("." + HOST)),
        ("permitted example", permitted("example")),
        ("permitted example and test", permitted("example", "test")),
        ("excluded test", excluded("test")),
        ("excluded .test", excluded(".test")),
        ("excluded example", excluded("example")),
        ("excluded est", excluded("est")),
        ("permitted everything", permitted("")),
        ("excluded everything", excluded("")),
        ("permitted an address", permitted(bytes([10, 0, 0, 0, 255, 0, 0, 0]))),
        ("permitted no directory of L", permitted(directory("somebody"))),
        ("permitted the directory of L", permitted(directory("L"))),
        ("excluded the directory of L", excluded(directory("L"))),
        ("permitted an email domain", permitted((0x81, b"example"))),
        ("permitted a URI domain", permitted((0x86, b"example"))),
        ("a registered ID", permitted((0x88, der.oid("1.2.3")[2:]))),
        ("empty", der.sequence()),
        (
            "permitted with minimum 1",
            der.sequence(
                der.tlv(0xA0, der.sequence(der.tlv(0x82, b"test"), der.tlv(0x80, b"\x01")))
            ),
        ),
    )
    for what, value in rows:
        vary(f"names: intermediate {what}", None, {"constraints": value})
        if "irectory" not in what or "excluded" in what:
            vary(f"names: root {what}", {"constraints": value})
            pin(f"names: pinned intermediate {what}", None, {"constraints": value})
    # The root's directory constraint meets the intermediate's own name as well.
    vary(
        "names: root permitted the directory of L, not I's",
        {"constraints": permitted(directory("L"))},
    )
    vary(
        "names: root permitted both directories",
        {"constraints": permitted(directory("L"), directory("I"))},
    )
    vary(
        "names: not critical, permitted example",
        None,
        {"constraints": permitted("example"), "constraints_critical": False},
    )
    address = permitted(LOOPBACK + bytes([255, 255, 255, 255]))
    vary("names: address permitted", None, {"constraints": address}, {"names": (HOST, LOOPBACK)})
    outside = permitted(bytes([10, 0, 0, 0, 255, 0, 0, 0]))
    vary(
        "names: address not permitted", None, {"constraints": outside}, {"names": (HOST, LOOPBACK)}
    )
    inside = excluded(bytes([127, 0, 0, 0, 255, 0, 0, 0]))
    vary("names: address excluded", None, {"constraints": inside}, {"names": (HOST, LOOPBACK)})
    wild = {"names": (HOST, "*.wild.test")}
    vary("names: wildcard within permitted", None, {"constraints": permitted("test")}, wild)
    vary("names: wildcard beside excluded", None, {"constraints": excluded("a.wild.test")}, wild)
    vary(
        "names: wildcard permitted exactly",
        None,
        {"constraints": permitted(HOST, "wild.test")},
        wild,
    )
    vary(
        "names: one of two names not permitted",
        None,
        {"constraints": permitted(HOST)},
        {"names": (HOST, "other.example")},
    )
    vary("names: upper case", None, {"constraints": permitted("TEST")})
    r = issue("R")
    a = issue("A", r, constraints=permitted("test"))
    b = issue("B", a, constraints=permitted("example"))
    one = issue("L", b, ca=False)
    case("names: two constraints without a name in common", [r], [one, b, a])
    c = issue("B", a, constraints=permitted(HOST))
    case("names: two constraints, one within the other", [r], [issue("L", c, ca=False), c, a])
    pinned_leaf("names: pinned server that constrains itself", constraints=permitted("example"))
    mail = {"names": (HOST, (0x81, b"a@example.test"))}
    vary("names: email not permitted", None, {"constraints": permitted((0x81, b"example"))}, mail)
    vary("names: email permitted", None, {"constraints": permitted((0x81, b"example.test"))}, mail)


def dates():
    future = {"begins": FUTURE}
    gone = {"ends": -10}
    for what, fields in (("not yet valid", future), ("expired", gone)):
        vary(f"dates: root {what}", fields)
        vary(f"dates: intermediate {what}", None, fields)
        vary(f"dates: server {what}", None, None, fields)
        pin(f"dates: pinned intermediate {what}", None, fields)
        pinned_leaf(f"dates: pinned server {what}", **fields)
        lone(f"dates: pinned self-signed server {what}", **fields)
        r, i, one = trio()
        twin = issue("R", key=r.key, **fields)
        case(f"dates: root {what} before its good twin", [twin, r], [one, i])
        case(f"dates: root {what} after its good twin", [r, twin], [one, i])
        case(f"dates: root {what}, disordered chain", [twin], [one, r, i])
        middle = issue("I", r, key=i.key, **fields)
        case(f"dates: intermediate {what} in the store beside the root", [middle, r], [one, i])
        case(f"dates: intermediate {what} sent before its good twin", [r], [one, middle, i])
        case(f"dates: intermediate {what} sent after its good twin", [r], [one, i, middle])
    r, i, one = trio()
    early = issue("R", key=r.key, ends=-200)
    late = issue("R", key=r.key, ends=-100)
    coming = issue("R", key=r.key, begins=FUTURE)
    case("dates: two expired twins and the future one", [early, late, coming], [one, i])
    case("dates: the future twin, then an expired one", [coming, early], [one, i])
    case("dates: an expired twin, then the future one", [early, coming], [one, i])
    vary("dates: notAfter beyond 2050", {"ends": 366 * 40})
    bad = der.sequence(der.tlv(0x17, b"not a date!!Z"), der.tlv(0x17, b"291231235959Z"))
    vary("dates: root with a notBefore that is none", {"validity": bad})
    no_seconds = der.sequence(der.tlv(0x17, b"2001010000Z"), der.tlv(0x17, b"391231235959Z"))
    vary("dates: root without seconds", {"validity": no_seconds})
    offset = der.sequence(der.tlv(0x17, b"200101000000+0100"), der.tlv(0x17, b"391231235959Z"))
    vary("dates: root with an offset", {"validity": offset})


def key_identifiers():
    none = {"key_id": ABSENT, "authority": ABSENT}
    r, i, one = trio(none, none, none)
    case("ids: none at all", [r], [one, i])
    case("ids: none at all, intermediate pinned", [i], [one, i])
    vary("ids: server names another key", None, None, {"authority": b"\x01" * 20})
    vary("ids: intermediate names another key", None, {"authority": b"\x01" * 20})
    pin(
        "ids: server names another key, intermediate pinned",
        None,
        None,
        {"authority": b"\x01" * 20},
    )
    pinned_leaf("ids: server names another key, itself pinned", authority=b"\x01" * 20)
    r = issue("R", authority=b"\x02" * 20)
    i = issue("I", r)
    case("ids: root names another key than its own", [r], [issue("L", i, ca=False), i])
    case("ids: the same, root presented", [r], [issue("L", i, ca=False), i, r])
    r = issue("R", key_id=b"\x03" * 20)
    i = issue("I", r, authority=r.key.id)
    case(
        "ids: root with another key id than the intermediate expects",
        [r],
        [issue("L", i, ca=False), i],
    )
    r = issue("R")
    for what, authority in (
        ("right issuer and serial", ("serial", "R", r.serial)),
        ("wrong serial", ("serial", "R", r.serial + 1)),
        ("wrong issuer", ("serial", "Q", r.serial)),
        ("right key, wrong serial", (r.key.id, "serial", "R", r.serial + 1)),
        ("wrong key, right serial", (b"\x04" * 20, "serial", "R", r.serial)),
    ):
        i = issue("I", r, authority=authority)
        case(f"ids: intermediate with {what}", [r], [issue("L", i, ca=False), i])
    i = issue("I", r)
    for what, authority in (
        ("right issuer and serial", ("serial", "R", i.serial)),
        ("wrong serial", ("serial", "R", i.serial + 1)),
    ):
        one = issue("L", i, ca=False, authority=authority)
        case(f"ids: server with {what}", [r], [one, i])
        case(f"ids: server with {what}, intermediate pinned", [i], [one, i])


def namesakes():
    none = {"key_id": ABSENT, "authority": ABSENT}
    for what, ids in (("with key ids", {}), ("without key ids", none)):
        r, i, one = trio(ids, ids, ids)
        fake = issue("R", key=Key("fake R"), **ids)
        case(f"namesakes: wrong root only, {what}", [fake], [one, i])
        case(f"namesakes: wrong root first, {what}", [fake, r], [one, i])
        case(f"namesakes: wrong root last, {what}", [r, fake], [one, i])
        case(f"namesakes: wrong root in the store, right one sent, {what}", [fake], [one, i, r])
        wrong = issue("I", r, key=Key("fake I"), **ids)
        case(f"namesakes: wrong intermediate sent first, {what}", [r], [one, wrong, i])
        case(f"namesakes: wrong intermediate sent last, {what}", [r], [one, i, wrong])
        case(f"namesakes: wrong intermediate in the store, {what}", [wrong, r], [one, i])
        case(f"namesakes: wrong intermediate pinned alone, {what}", [wrong], [one, i])
    # A namesake that borrows the right key's identifier.
    r, i, one = trio()
    liar = issue("R", key=Key("liar R"), key_id=r.key.id)
    case("namesakes: wrong root with the right key id, first", [liar, r], [one, i])
    case("namesakes: wrong root with the right key id, last", [r, liar], [one, i])
    r, i, one = trio({"name_tag": 0x13, "issuer_tag": 0x13})
    case("namesakes: issuer's name in another string type", [r], [one, i])
    r = issue("R")
    i = issue("I", r, issuer_name="r")
    case("namesakes: issuer's name in another case", [r], [issue("L", i, ca=False), i])
    r = issue("R R")
    i = issue("I", r, issuer_name="R  R ")
    case("namesakes: issuer's name with other blanks", [r], [issue("L", i, ca=False), i])


def self_issued():
    # R and its successor: the same name, a new key, signed by the old one, and the other way.
    for what, ids in (
        ("with key ids", {}),
        ("without key ids", {"key_id": ABSENT, "authority": ABSENT}),
    ):
        old = issue("R", key=Key("R1"), **ids)
        new = issue("R", key=Key("R2"), **ids)
        new_by_old = issue("R", old, key=new.key, **ids)
        old_by_new = issue("R", new, key=old.key, **ids)
        i = issue("I", new, **ids)
        one = issue("L", i, ca=False, **ids)
        case(
            f"self-issued: successor signed by the old root sent, {what}",
            [old],
            [one, i, new_by_old],
        )
        case(f"self-issued: successor pinned, {what}", [new_by_old], [one, i])
        case(
            f"self-issued: successor pinned beside the old root, {what}",
            [new_by_old, old],
            [one, i],
        )
        case(
            f"self-issued: old root beside the pinned successor, {what}",
            [old, new_by_old],
            [one, i],
        )
        case(f"self-issued: both ways in the store, {what}", [old_by_new, new_by_old], [one, i])
        case(f"self-issued: all in the store, {what}", [old_by_new, new_by_old, old, new], [one, i])
        case(f"self-issued: new root, old bridge sent, {what}", [new], [one, i, new_by_old])
    r = issue("R")
    a = issue("I", r, key=Key("I1"))
    b = issue("I", a, key=Key("I2"))
    c = issue("I", b, key=Key("I3"))
    case("self-issued: intermediate under its namesake", [r], [issue("L", b, ca=False), b, a])
    case("self-issued: two in a row", [r], [issue("L", c, ca=False), c, b, a])
    case("self-issued: two in a row, disordered", [r], [issue("L", c, ca=False), a, b, c])


def algorithms():
    for digest in ("md5", "sha1", "sha224", "sha384", "sha512", "pss"):
        big = {"key": Key("RR", "rsa2048")}
        vary(f"algorithms: {digest} root", {**big, "digest": digest})
        vary(f"algorithms: {digest} intermediate", big, {"digest": digest})
        pin(f"algorithms: {digest} pinned intermediate", big, {"digest": digest})
        vary(
            f"algorithms: {digest} server", None, {"key": Key("IR", "rsa2048")}, {"digest": digest}
        )
        lone(
            f"algorithms: {digest} pinned self-signed server",
            key=Key("LR", "rsa2048"),
            digest=digest,
        )
    vary("algorithms: ecdsa sha1 intermediate", None, {"digest": "sha1"})
    vary("algorithms: ecdsa sha1 server", None, None, {"digest": "sha1"})
    vary("algorithms: ecdsa sha512 server", None, None, {"digest": "sha512"})
    vary("algorithms: p384 sha256 root", {"key": Key("R384", "p384")})
    for kind in (
        "rsa768",
        "rsa1023",
        "rsa1024",
        "rsa1536",
        "rsa2040",
        "rsa3072",
        "rsa4096",
        "p192",
        "p224",
        "p384",
        "p521",
        "k256",
        "brainpool256",
        "ed25519",
        "dsa",
    ):
        weak = {"key": Key(f"weak {kind}", kind)}
        vary(f"algorithms: {kind} root", weak)
        vary(f"algorithms: {kind} intermediate", None, weak)
        pin(f"algorithms: {kind} pinned intermediate", None, weak)
        pin(f"algorithms: {kind} root above a pinned intermediate", weak)
    for kind in ("rsa1024", "rsa1536", "p384", "p521", "ed25519"):
        vary(f"algorithms: {kind} server", None, None, {"key": Key(f"server {kind}", kind)})
        pinned_leaf(f"algorithms: {kind} pinned server", key=Key(f"server {kind}", kind))
    sha1 = {"key": Key("RR", "rsa2048")}
    r, i, one = trio(sha1)
    old = issue("I", r, key=i.key, digest="sha1", begins=PAST + 1)
    case("algorithms: sha1 intermediate before its good twin", [r], [one, old, i])
    case("algorithms: sha1 intermediate after its good twin", [r], [one, i, old])


PRIVATE = "1.3.6.1.4.1.99999.1"
CRL_POINTS = der.sequence(
    der.sequence(der.tlv(0xA0, der.tlv(0xA0, der.tlv(0x86, b"http://issuer.test/1.crl"))))
)


def critical_extensions():
    rows = (
        ("unknown", PRIVATE, der.octets(b"?")),
        ("policies", "2.5.29.32", der.sequence(der.sequence(der.oid("2.23.140.1.2.1")))),
        ("policy constraints", "2.5.29.36", der.sequence(der.tlv(0x80, b"\x00"))),
        ("inhibit any policy", "2.5.29.54", der.integer(0)),
        ("CRL points", "2.5.29.31", CRL_POINTS),
        ("issuer names", "2.5.29.18", der.sequence(der.tlv(0x82, b"issuer.test"))),
        (
            "authority access",
            "1.3.6.1.5.5.7.1.1",
            der.sequence(
                der.sequence(der.oid("1.3.6.1.5.5.7.48.2"), der.tlv(0x86, b"http://issuer.test/"))
            ),
        ),
        ("must staple", "1.3.6.1.5.5.7.1.24", der.sequence(der.integer(5))),
        ("Netscape type", "2.16.840.1.113730.1.1", der.bits(b"\x47", 0)),
    )
    for what, oid, value in rows:
        for critical in (True, False):
            more = {"more": ((oid, critical, value),)}
            prefix = "critical" if critical else "extension"
            vary(f"{prefix}: {what} in the root", more)
            vary(f"{prefix}: {what} in the intermediate", None, more)
            pin(f"{prefix}: {what} in a pinned intermediate", None, more)
            vary(f"{prefix}: {what} in the server's", None, None, more)
    pinned_leaf("critical: unknown in a pinned server's", more=((PRIVATE, True, der.octets(b"?")),))
    vary(
        "extension: policy constraints and no policies",
        {"more": (("2.5.29.36", True, der.sequence(der.tlv(0x80, b"\x00"))),)},
    )
    client_only = der.bits(b"\x80", 7)
    vary(
        "extension: Netscape type client in the server's",
        None,
        None,
        {"more": (("2.16.840.1.113730.1.1", False, client_only),)},
    )
    vary(
        "extension: Netscape type client in the intermediate",
        None,
        {"more": (("2.16.840.1.113730.1.1", False, client_only),)},
    )
    twice = (("2.5.29.32", False, der.sequence(der.sequence(der.oid("2.23.140.1.2.1")))),) * 2
    vary("extension: twice in the root", {"more": twice})
    vary("extension: twice in the intermediate", None, {"more": twice})


def encodings():
    vary("encoding: serial 0 root", {"serial": 0})
    vary("encoding: negative serial root", {"serial": -5})
    vary("encoding: negative serial intermediate", None, {"serial": -5})
    vary("encoding: serial of 30 octets root", {"serial": 1 << 238})
    vary("encoding: serial of 30 octets intermediate", None, {"serial": 1 << 238})
    vary("encoding: trailing byte root", {"tail": b"\x00"})
    vary("encoding: RSA exponent of the root", {"key": Key("RR", "rsa2048")})


def long_paths():
    for length in (3, 6, 7, 9, 12):
        made = [issue("R")]
        for index in range(length):
            made.append(issue(f"I{index}", made[-1]))
        leaf = issue("L", made[-1], ca=False)
        case(f"long: {length} intermediates", [made[0]], [leaf, *reversed(made[1:])])


GROUPS: tuple[Callable[[], None], ...] = (
    ordinary,
    path_length,
    authority,
    versions,
    key_usage,
    extended_key_usage,
    name_constraints,
    dates,
    key_identifiers,
    namesakes,
    self_issued,
    algorithms,
    critical_extensions,
    encodings,
    long_paths,
)


def designed():
    """All designed cases; their names are distinct."""
    if not CASES:
        for group in GROUPS:
            group()
    return CASES
