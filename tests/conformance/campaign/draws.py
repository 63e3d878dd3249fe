"""Draw what nobody designed: a PKI, a store file, a chain as sent, and a name that is dialled.

roots R1..R3 > upper CAs A1.. > lower CAs B1.. > the server; each field of each now and then
out of the ordinary, the store and the chain with slips
"""

import random
from dataclasses import dataclass

from tests.conformance.pem_readers.files import mangled
from tests.conformance.policy.certs import (
    ABSENT,
    ANY_PURPOSE,
    CLIENT_AUTH,
    CRL_SIGN,
    DIGITAL_SIGNATURE,
    FUTURE,
    KEY_CERT_SIGN,
    PAST,
    SERVER_AUTH,
    Key,
    Made,
    excluded,
    issue,
    permitted,
)
from tests.conformance.policy.pem import bundle
from tests.conformance.policy.random_cases import sent

ODD = 0.05
"""The chance of each field of each certificate to be out of the ordinary."""
HOSTS = ("localhost", "db.example.org", "a.b.example.org", "xn--bcher-kva.example", "127.0.0.1")
KINDS = ("p384", "p521", "rsa2048", "rsa1024", "ed25519", "rsa3072", "p224", "k256")
STRING_TAGS = (0x13, 0x14, 0x16)
"""PrintableString, T61String, IA5String instead of UTF8String."""


@dataclass(frozen=True)
class Scene:
    """The bytes of a PEM store, whether it is written as any tool would, the chain, the name."""

    seed: int
    store: bytes
    plain: bool
    chain: tuple[Made, ...]
    host: str


def scene(seed):
    """The scene of `seed`: the same in each run but for the dates and all keys beside P-256."""
    rng = random.Random(f"campaign {seed}")
    without_ids = {} if rng.random() < 0.85 else {"key_id": ABSENT, "authority": ABSENT}
    roots = [_ca(rng, f"R{rng.randint(1, 2)}", None, without_ids) for _ in range(rng.randint(1, 3))]
    upper = [
        _ca(rng, f"A{rng.randint(1, 2)}", rng.choice(roots), without_ids)
        for _ in range(rng.randint(1, 3))
    ]
    lower = [
        _ca(rng, f"B{rng.randint(1, 2)}", rng.choice(upper + roots), without_ids)
        for _ in range(rng.choice((0, 0, 1, 2)))
    ]
    host = rng.choice(HOSTS) if rng.random() < 0.5 else HOSTS[0]
    signer = rng.choice(lower or upper)
    server = _server(rng, host, None if rng.random() < 0.04 else signer)
    everyone = [*roots, *upper, *lower]
    chosen = rng.sample(everyone, rng.randint(1, min(4, len(everyone))))
    if rng.random() < 0.6 and not any(root in chosen for root in roots):
        chosen.append(rng.choice(roots))
    if rng.random() < 0.08:
        chosen.append(server)
    rng.shuffle(chosen)
    store, plain = _file(rng, chosen)
    return Scene(
        seed, store, plain, tuple(sent(rng, server, signer, everyone)), _dialled(rng, host)
    )


def _odd(rng, chance=ODD):
    return rng.random() < chance


def _key(rng, label):
    return Key(f"{label} key", rng.choice(KINDS)) if _odd(rng) else Key(label)


def _digest(rng, key):
    """A digest or scheme with which the key can sign."""
    if key.kind.startswith("rsa"):
        return rng.choice(("sha1", "sha384", "sha512", "pss", "md5"))
    return rng.choice(("sha1", "sha224", "sha384", "sha512"))


def _ca(rng, name, by, ids):
    if by is not None and _odd(rng):
        name = by.name
    key = _key(rng, f"{name} {rng.choice('1112')}")
    fields = {"begins": PAST + rng.randint(0, 50), "key": key, **ids}
    fields |= _authority(rng) | _constrained(rng) | _spelling(rng, by)
    if _odd(rng):
        fields["begins"], fields["ends"] = rng.choice([(FUTURE, 4000), (PAST, -10), (PAST, -1)])
    if _odd(rng):
        fields["digest"] = _digest(rng, by.key if by else key)
    if _odd(rng, ODD / 2):
        fields["version"] = rng.choice((1, 3))
    if not ids and _odd(rng):
        fields["authority"] = rng.choice([ABSENT, bytes([rng.randint(0, 255)]) * 20])
    if not ids and _odd(rng):
        fields["key_id"] = rng.choice([ABSENT, b"\x01", bytes(20)])
    return issue(name, by, **fields)


def _authority(rng):
    """What a CA may do, as its extensions say."""
    fields = {}
    if _odd(rng, 2 * ODD):
        fields["path_length"] = rng.randint(0, 1)
    if _odd(rng):
        fields |= {"ca": rng.choice([ABSENT, False]), "names": (), "path_length": None}
    if _odd(rng):
        fields["usage"] = rng.choice([ABSENT, (CRL_SIGN,), (DIGITAL_SIGNATURE,), (KEY_CERT_SIGN,)])
    if _odd(rng):
        fields["eku"] = rng.choice([(SERVER_AUTH,), (CLIENT_AUTH,), (ANY_PURPOSE,)])
        fields["eku_critical"] = _odd(rng, 0.3)
    return fields


def _constrained(rng):
    fields = {}
    if _odd(rng):
        wanted = rng.choice(["example.org", "localhost", "other.test", "b.example.org"])
        fields["constraints"] = rng.choice([permitted, excluded])(wanted)
        fields["constraints_critical"] = _odd(rng, 0.7)
    if _odd(rng, ODD / 2):
        fields["more"] = (("1.3.6.1.4.1.99999.1", _odd(rng, 0.5), b"\x04\x00"),)
    return fields


def _spelling(rng, by):
    """Another spelling of the subject's or the issuer's name."""
    fields = {}
    if _odd(rng):
        fields["name_tag"] = rng.choice(STRING_TAGS)
    if by is not None and _odd(rng):
        fields["issuer_tag"] = rng.choice(STRING_TAGS)
    if by is not None and _odd(rng, ODD / 2):
        spelled = rng.choice([by.name.lower(), f" {by.name}", f"{by.name}  ", by.name.swapcase()])
        fields["issuer_name"] = spelled
    return fields


def _server(rng, host, by):
    label = rng.choice(("server", host))
    key = _key(rng, "server")
    fields = {"ca": False, "key": key, "names": _names(rng, host)}
    if _odd(rng, 2 * ODD):
        fields["begins"], fields["ends"] = rng.choice([(FUTURE, 4000), (PAST, -10)])
    if rng.random() < 0.5:
        fields["eku"] = (SERVER_AUTH,)
    elif _odd(rng):
        fields["eku"] = rng.choice([(CLIENT_AUTH,), (ANY_PURPOSE,), (CLIENT_AUTH, SERVER_AUTH)])
    if _odd(rng):
        fields["usage"] = rng.choice([ABSENT, (KEY_CERT_SIGN,), (CRL_SIGN,)])
    if _odd(rng):
        fields["ca"] = rng.choice([ABSENT, True])
    if _odd(rng, ODD / 2):
        fields["version"] = 1
    if _odd(rng):
        fields["digest"] = _digest(rng, by.key if by else key)
    if _odd(rng, ODD / 2):
        fields["more"] = (("1.3.6.1.4.1.99999.2", _odd(rng, 0.5), b"\x04\x00"),)
    return issue(label, by, **fields, **_spelling(rng, by))


def _names(rng, host):
    """The names of the server certificate: mostly the host's, or what people try instead."""
    address = host == "127.0.0.1"
    right = bytes([127, 0, 0, 1]) if address else host
    if rng.random() < 0.75:
        return (right,)
    parent = host.partition(".")[2]
    wild = f"*.{parent}" if parent and not address else "*"
    return rng.choice(
        [
            (),
            ("other.example.org",),
            ("other.example.org", right),
            (wild,),
            (host.upper(),),
            (f"{host}.",),
            (bytes([10, 0, 0, 1]),),
            (f"www.{host}",),
        ]
    )


def _dialled(rng, host):
    if host == "127.0.0.1" or rng.random() < 0.9:
        return host
    return rng.choice([host.upper(), f"{host}.", host.title()])


def _file(rng, chosen):
    """The bytes of the store, and whether each block stands in it as tools write it."""
    blocks = [bundle([made.der]) for made in chosen]
    if rng.random() < 0.1:
        blocks.insert(rng.randint(0, len(blocks)), rng.choice(blocks))
    text = "".join(blocks)
    dice = rng.random()
    if dice < 0.65:
        return text.encode(), True
    if dice < 0.85:
        return _written_otherwise(rng, blocks)
    data = text.encode()
    for _ in range(rng.choice((1, 1, 1, 2))):
        data = mangled(rng, data)
    return data, False


def _written_otherwise(rng, blocks):
    """As people and tools write bundles: all of it is legal to most clients."""
    kind = rng.randrange(6)
    if kind == 0:
        text = "".join(f"# {number}: a CA\n{block}\n" for number, block in enumerate(blocks))
    elif kind == 1:
        text = "".join(blocks).replace("\n", "\r\n")
    elif kind == 2:
        text = "".join(blocks).rstrip("\n")
    elif kind == 3:
        text = "".join(block.replace(" CERTIFICATE", " X509 CERTIFICATE") for block in blocks)
    elif kind == 4:
        text = "Bag Attributes\n    friendlyName: ca\n" + "\n\n".join(blocks)
    else:
        number = rng.randrange(len(blocks))
        blocks[number] = blocks[number].replace(" CERTIFICATE", " TRUSTED CERTIFICATE")
        text = "".join(blocks)
    return text.encode(), False
