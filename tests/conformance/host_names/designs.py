"""Names in certificates and names that are dialled: designed ones, and random pairs near a match."""

import ipaddress
import random
from dataclasses import dataclass

UTF8, PRINTABLE, T61, IA5, BMP, UNIVERSAL = 0x0C, 0x13, 0x14, 0x16, 0x1E, 0x1C
OTHER, EMAIL, DNS, DIRECTORY, URI, IP, REGISTERED = 0xA0, 0x81, 0x82, 0xA4, 0x86, 0x87, 0x88


@dataclass(frozen=True)
class Bearer:
    """What a certificate says of its bearer.

    `common_names` are the CNs of the subject in encoded order, as tag and content; `alternative`
    the GeneralNames of SubjectAltName, None where there is no such extension, bytes where it holds
    just these. The certificate is of version 1 where `version` says so.
    """

    label: str
    common_names: tuple[tuple[int, bytes], ...] = ()
    alternative: tuple[tuple[int, bytes], ...] | bytes | None = None
    version: int = 3


def _text(value):
    return value if isinstance(value, bytes) else value.encode()


def _names(values):
    """GeneralNames of values: a str is a DNS name, a pair its own tag and content."""
    return tuple((DNS, _text(one)) if isinstance(one, str | bytes) else one for one in values)


def address(text):
    return IP, ipaddress.ip_address(text).packed


def dns(*values):
    return Bearer(f"SAN {_listed(values)}", (), _names(values))


def common(*values, tag=UTF8):
    pairs = tuple((tag, _text(one)) for one in values)
    where = "" if tag == UTF8 else f" in tag {tag:#04x}"
    return Bearer(f"CN {_listed(values)}{where}", pairs)


def _listed(values):
    return ", ".join(ascii(one) for one in values)


def both(label, common_names, *alternative):
    return Bearer(label, tuple((UTF8, _text(one)) for one in common_names), _names(alternative))


HOST = "db.example.org"

_DNS_NAMES = (
    HOST, "DB.Example.ORG", "db.example.org.", "db.example.org..", ".db.example.org",
    ".example.org", "db..example.org", "example.org", "org", "localhost", "db", "com",
    "*", "*.", "**", "*.org", "*.com", "*.localhost", "*.example.org", "*.EXAMPLE.org",
    "*.example.org.", "*..example.org", "**.example.org", "*.*.example.org", "*.*", "*.*.*",
    "d*.example.org", "*b.example.org", "d*b.example.org", "db*.example.org", "*db.example.org",
    "*db*.example.org", "D*.example.org", "a*.db.example.org", "x*.example.org",
    "xn--*.example.org", "*kva.example.org", "*.xn--bcher-kva.example.org",
    "xn--bcher-kva.example.org", "XN--BCHER-KVA.example.org", "bücher.example.org",
    "bücher.example.org".encode("latin-1"), "BÜCHER.example.org", "\u212a.example.org",
    "k.example.org", "db.*.org", "db.*", "db.example.*", "db.e*.org", "*.db.example.org",
    "*.b.example.org", "db_1.example.org", "_db.example.org", "*_1.example.org",
    "*.ex_ample.org", "_*.example.org", "-db.example.org", "db-.example.org", "*-1.example.org",
    "db-*.example.org", "*.1.example.org", "1.example.org", "123", "1.2.3.4.5",
    "127.0.0.1", "127.0.0.1.", "*.0.0.1", "127.*.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1",
    "", " ", "db.example.org ", " db.example.org", "db.exam ple.org", "db.example.org\0",
    "db.example.org\0.evil.net", "db\0.example.org", "*.example.org\0", "https://db.example.org",
    "db.example.org:5432", "db.example.org/", "user@db.example.org", "a" * 63 + ".example.org",
    "a" * 64 + ".example.org", ".".join(["abcdefghij"] * 24) + ".example.org",
    "*." + ".".join(["abcdefghij"] * 24) + ".example.org", "*.co.uk", "*.azure.com",
    "*.postgres.database.azure.com", "db\u3002example.org", "*.xn--p1ai",
)  # fmt: skip

_FOUR, _SIX = address("127.0.0.1"), address("::1")
_SPECIAL = (
    Bearer("no name at all"),
    Bearer("no name, empty SAN", (), ()),
    both("CN beside an empty SAN", [HOST]),
    Bearer("CN beside a SAN that is no sequence", ((UTF8, HOST.encode()),), b"\x04\x02ab"),
    Bearer("CN beside a SAN cut off", ((UTF8, HOST.encode()),), b"\x30\x20\x82\x0edb.ex"),
    Bearer("SAN with a byte behind it", (), b"\x30\x10\x82\x0edb.example.org\x00"),
    both("CN and the same SAN", [HOST], HOST),
    both("CN beside another DNS name", [HOST], "other.example.org"),
    both("CN beside a DNS name of another case", ["db.example.org"], "OTHER.example.net"),
    both("CN beside an empty DNS name", [HOST], ""),
    both("CN beside an IP address", [HOST], _FOUR),
    both("CN beside an IPv6 address", [HOST], _SIX),
    both("CN beside a URI", [HOST], (URI, b"https://other.example.org/")),
    both("CN beside an email address", [HOST], (EMAIL, b"a@example.org")),
    both("CN beside a registered ID", [HOST], (REGISTERED, b"\x2a\x03\x04")),
    both("CN beside a directory name", [HOST], (DIRECTORY, b"\x30\x00")),
    both("CN beside a URI and a DNS name", [HOST], (URI, b"https://x.org"), "other.example.org"),
    both("CN is an address, SAN a DNS name", ["127.0.0.1"], HOST),
    both("CN is an address, SAN another address", ["127.0.0.1"], address("127.0.0.2")),
    both("CN is an address, SAN an IPv6 address", ["127.0.0.1"], _SIX),
    both("CN is an IPv6 address, SAN an address", ["::1"], _FOUR),
    both("CN is an address, SAN a URI", ["127.0.0.1"], (URI, b"https://x.org")),
    both("CN is a wildcard beside another DNS name", ["*.example.org"], "other.example.net"),
    both("CN and SAN are wildcards", ["*.example.org"], "*.example.net"),
    dns(_FOUR),
    dns(_SIX),
    dns(_FOUR, HOST),
    dns(HOST, _FOUR),
    dns(address("::ffff:127.0.0.1")),
    dns(address("127.0.0.2"), _FOUR),
    dns((IP, b"")),
    dns((IP, b"\x7f\x00\x00\x01\xff\xff\xff\xff")),
    dns((IP, b"\x7f\x00\x00")),
    dns((IP, b"\x7f\x00\x00\x01\x00")),
    dns((IP, b"127.0.0.1")),
    dns((IP, b"\x7f\x00\x00"), HOST),
    dns(HOST, (IP, b"\x7f\x00\x00")),
    dns((URI, b"https://db.example.org/")),
    dns((URI, b"db.example.org")),
    dns((URI, b"https://127.0.0.1/")),
    dns((URI, b"\xff\xfe"), HOST),
    dns((EMAIL, b"a@db.example.org")),
    dns((EMAIL, b"db.example.org")),
    dns((REGISTERED, b"\x2a\x03\x04"), HOST),
    Bearer(
        "SAN SRV name",
        (),
        ((OTHER, b"\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x07\xa0\x10\x16\x0edb.example.org"),),
    ),
    dns("other.example.org", HOST),
    dns(HOST, "other.example.org"),
    dns("a.example.net", "*.example.net", "*.example.org"),
    dns("", HOST),
    dns(HOST, ""),
    dns("db.example.org\0", HOST),
    dns(HOST, "db.example.org\0"),
    dns("bücher.example.org", HOST),
    dns(HOST, "bücher.example.org"),
    dns(b"\xff\xfe", HOST),
    dns("*", HOST),
    dns("https://db.example.org", HOST),
    dns("bad host", HOST),
    dns("db_1.example.org", HOST),
    dns("*.*.example.org", HOST),
    *(common(one) for one in _DNS_NAMES if len(one) <= 64 and one),
    common("other.example.org", HOST),
    common(HOST, "other.example.org"),
    common("a.example.net", HOST, "b.example.net"),
    common("Some Service", HOST),
    common(HOST, "Some Service"),
    common("127.0.0.1", HOST),
    common("db.example.org\0.evil.net", HOST),
    common(HOST, "db.example.org\0.evil.net"),
    common(HOST, tag=PRINTABLE),
    common(HOST, tag=T61),
    common(HOST, tag=IA5),
    common(HOST.encode("utf-16-be"), tag=BMP),
    common(HOST.encode("utf-32-be"), tag=UNIVERSAL),
    common("*.example.org", tag=PRINTABLE),
    common(b"b\xfccher.example.org", tag=T61),
    Bearer("CN in a certificate of version 1", ((UTF8, HOST.encode()),), None, 1),
    Bearer("wildcard CN in a certificate of version 1", ((UTF8, b"*.example.org"),), None, 1),
    Bearer("address as CN in a certificate of version 1", ((UTF8, b"127.0.0.1"),), None, 1),
)
BEARERS = (*(dns(one) for one in _DNS_NAMES), *_SPECIAL)

HOSTS = (
    HOST, "DB.Example.ORG", "db.example.org.", "a.db.example.org", "dxb.example.org", "example.org",
    "org", "com", "localhost", "localhost.", "db", "db.", "a.com", "a.localhost", "a.co.uk",
    "db.azure.com", "db.postgres.database.azure.com", "other.example.org", "a.example.net",
    "db_1.example.org", "_db.example.org", "db.ex_ample.org", "-db.example.org", "db-.example.org",
    "db-1.example.org", "1.example.org", "a.1.example.org", "bücher.example.org",
    "xn--bcher-kva.example.org", "XN--BCHER-KVA.example.org", "a.xn--bcher-kva.example.org",
    "a.bücher.example.org", "\u212a.example.org", "k.example.org", "db\u3002example.org",
    "a.xn--p1ai", "127.0.0.1", "127.0.0.2", "127.0.0.1.", "127.1", "127.000.000.001", "123", "::1",
    "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "a" * 63 + ".example.org",
)  # fmt: skip
"""Names that are dialled."""

_LABELS = (
    "db", "a", "b1", "example", "org", "com", "net", "xn--bcher-kva", "ex_ample", "1", "127", "0",
    "x-", "-x", "DB", "Example", "localhost", "server-1", "dbx", "xdb",
)  # fmt: skip
_STARRED = ("*", "*", "*", "d*", "*b", "x*", "d*b", "xn--*", "**", "*-1", "*_1", "db*", "*1")
_ADDRESSES = ("127.0.0.1", "127.0.0.2", "::1", "2001:db8::1", "10.1.2.3")


def random_pairs(seed, certificates, hosts):
    """Draw `certificates` bearers, each with `hosts` hosts near one of its names."""
    rng = random.Random(seed)
    for number in range(certificates):
        bearer = _bearer(rng, f"random {seed}.{number}")
        yield bearer, [_host(rng, bearer) for _ in range(hosts)]


def _name(rng):
    labels = [rng.choice(_LABELS) for _ in range(rng.choice((1, 2, 2, 3, 3, 3, 4)))]
    if rng.random() < 0.4:
        labels[0] = rng.choice(_STARRED)
    elif rng.random() < 0.05:
        labels[rng.randrange(len(labels))] = rng.choice(_STARRED)
    text = ".".join(labels)
    if rng.random() < 0.1:
        text += "."
    if rng.random() < 0.03:
        text = rng.choice((".", " ", "")) + text + rng.choice((" ", "\0", ":5432"))
    return text


def _bearer(rng, label):
    dice = rng.random
    common_names = tuple(
        (rng.choice((UTF8, UTF8, PRINTABLE, T61, IA5)), _text(_cn(rng)))
        for _ in range(rng.choice((0, 1, 1, 1, 2)))
    )
    if dice() < 0.35:
        return Bearer(label, common_names, None, 1 if dice() < 0.2 else 3)
    alternative = [(DNS, _text(_name(rng))) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))]
    if dice() < 0.25:
        alternative.append(address(rng.choice(_ADDRESSES)))
    if dice() < 0.1:
        alternative.append((URI, b"https://" + _text(_name(rng)).replace(b"\0", b"")))
    if dice() < 0.05:
        alternative.append((EMAIL, b"a@example.org"))
    if dice() < 0.1:
        alternative.append((DNS, _text(rng.choice(_ADDRESSES))))
    rng.shuffle(alternative)
    return Bearer(label, common_names, tuple(alternative))


def _cn(rng):
    return rng.choice(_ADDRESSES) if rng.random() < 0.1 else _name(rng)


def _host(rng, bearer):
    names = [value.decode() for _, value in bearer.common_names]
    for tag, value in bearer.alternative or ():
        if tag == IP:
            names.append(str(ipaddress.ip_address(value)))
        elif tag in (DNS, URI):
            names.append(value.decode().removeprefix("https://"))
    if not names or rng.random() < 0.05:
        return rng.choice((_name(rng), rng.choice(_ADDRESSES))).replace("\0", "")
    host = rng.choice(names).replace("\0", "")
    while "*" in host and rng.random() < 0.98:
        host = host.replace("*", rng.choice(("", "a", "b", "db", "x-1", "a.b", "xn--a", "a_1")), 1)
    for change in _CHANGES:
        if rng.random() < 0.08:
            host = change(rng, host)
    return host


def _flipped(rng, host):
    return "".join(one.swapcase() if rng.random() < 0.5 else one for one in host)


_CHANGES = (
    _flipped,
    lambda _, host: host[:-1] if host.endswith(".") else host + ".",
    lambda rng, host: f"{rng.choice(_LABELS)}.{host}",
    lambda _, host: host.partition(".")[2],
    lambda rng, host: host.replace(".", "..", 1) if rng.random() < 0.3 else host,
    lambda rng, host: host[: (at := rng.randrange(len(host) + 1))] + "a" + host[at:],
    lambda _, host: host[1:],
)
