"""What unpin says Java refuses for a certificate is what each JDK refuses, mutant by mutant."""

import hashlib
import random

import pytest

from tests.referees import handmade, jvm
from unpin.catalogue.load import load_builtin
from unpin.model import tlv
from unpin.model.java_certificate import certificate_refusal
from unpin.stores.javacert import java_bytes

MUTANTS = 3000
TAGS = (1, 2, 3, 4, 5, 6, 0x0C, 0x13, 0x17, 0x18, 0x1E, 0x30, 0x31, 0x80, 0xA0, 0xA3)


def elements(der, start, end):
    """Every element of `der` that can be found, the outermost first."""
    while start < end:
        try:
            node = tlv.read(der, start, end)
        except tlv.TlvError:
            return
        yield node
        if node.constructed:
            yield from elements(der, node.body, node.body_end)
        start = node.end


def replaced(node, target, new):
    """The element with `target` in it replaced, and every length around it made right."""
    if node.start == target.start:
        return new
    if not node.constructed or not node.start < target.start < node.end:
        return node.raw
    return tlv.element(node.tag, *(replaced(child, target, new) for child in node))


def mutant(chance, der):
    """One octet changed anywhere, or one element dropped, repeated, retagged, cut or changed."""
    if chance.random() < 0.2:
        changed = bytearray(der)
        changed[chance.randrange(len(der))] = chance.randrange(256)
        return bytes(changed)
    target = chance.choice(list(elements(der, 0, len(der)))[1:])
    content = bytearray(target.content or b"x")
    content[chance.randrange(len(content))] = chance.choice((0, 0x80, 0xFF, chance.randrange(256)))
    new = (
        b"",
        target.raw * 2,
        tlv.element(chance.choice(TAGS), target.content),
        tlv.element(target.tag, target.content[:-1]),
        tlv.element(target.tag, target.content, bytes((chance.randrange(256),))),
        tlv.element(target.tag, bytes(content)),
    )
    return replaced(tlv.read(der), target, chance.choice(new))


def mutants():
    chance = random.Random(20261125)
    seeds = [one.certificate.der for one in load_builtin().certificates if one.certificate]
    return [*seeds, *(mutant(chance, chance.choice(seeds)) for _ in range(MUTANTS))]


@pytest.mark.referee
def test_refusals(java, classes, tmp_path):
    found = mutants()
    file = tmp_path / "each"
    file.write_bytes(handmade.packed(found))
    (answer,) = jvm.listed(java, classes, [("each", None, file)])
    accepted = 0
    for der, said in zip(found, answer["each"], strict=True):
        try:
            encoding = java_bytes(der)
        except tlv.TlvError:
            encoding, refusal = b"", "no element"
        else:
            refusal = certificate_refusal(encoding)
        if isinstance(said, list):
            accepted += 1
            assert refusal is None, (refusal, der.hex())
            assert said == [hashlib.sha256(encoding).hexdigest()], der.hex()
        else:
            assert refusal is not None, (said, der.hex())
    assert MUTANTS / 4 < accepted < MUTANTS * 3 / 4  # neither side is a mere yes or no
