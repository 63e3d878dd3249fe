"""Stores drawn at random, and certificates changed at random: unpin says what each JDK does."""

import random
import struct

import pytest

from tests.referees import jvm
from tests.referees.random_stores import Drawing, changed
from tests.referees.rows import REFUSED, theirs, unpins
from unpin.asn1.tlv import TlvError
from unpin.catalogue.load import load_builtin
from unpin.jdk.certificate import certificate_refusal
from unpin.model.certificate import Certificate
from unpin.stores.java import jks
from unpin.stores.java.data_streams import java_bytes
from unpin.stores.pkcs12 import decoder as pkcs12

pytestmark = pytest.mark.referee

PASSWORD = "changeit"


def listed(java, classes, folder, kind, stores, password):
    """What Java lists of the stores, as rows."""
    for number, data in enumerate(stores):
        (folder / str(number)).write_bytes(data)
    jobs = [(kind(data), password, folder / str(number)) for number, data in enumerate(stores)]
    return [theirs(answer) for answer in jvm.listed(java, classes, jobs)]


def test_pkcs12(java, classes, tmp_path):
    drawing = Drawing(7292)
    stores = [drawing.pkcs12() for _ in range(500)]
    found = listed(java, classes, tmp_path, lambda _: "PKCS12", stores, None)
    read = [unpins(pkcs12.decode(data, source="drawn", password=None)) for data in stores]
    assert read == found
    assert sum(len(rows) for rows in found) > 900
    assert REFUSED not in found


def test_jks_and_jceks(java, classes, tmp_path):
    drawing = Drawing(1970)
    stores = [drawing.jks() for _ in range(200)]
    types = {jks_magic: name for name, jks_magic in (("JKS", b"\xfe"), ("JCEKS", b"\xce"))}
    found = listed(java, classes, tmp_path, lambda data: types[data[:1]], stores, PASSWORD)
    read = [unpins(jks.decode(data, source="drawn", password=PASSWORD)) for data in stores]
    assert read == found
    assert sum(len(rows) for rows in found) > 300


def test_certificates(java, classes, tmp_path):
    """Java takes a changed certificate exactly where unpin says so, and with that fingerprint."""
    source = random.Random(5280)
    originals = [
        entry.certificate.der for entry in load_builtin().certificates if entry.certificate
    ]
    slots = originals + [changed(source.choice(originals), source) for _ in range(3000)]
    file = tmp_path / "slots"
    file.write_bytes(b"".join(struct.pack(">I", len(slot)) + slot for slot in slots))
    (answer,) = jvm.listed(java, classes, [("each", None, file)])
    taken = [one[0] if isinstance(one, list) else REFUSED for one in answer["each"]]
    assert [fingerprint(slot) for slot in slots] == taken
    assert 1000 < taken.count(REFUSED) < 2000


def fingerprint(slot):
    """SHA-256 of the certificate that Java takes out of a slot, or REFUSED."""
    try:
        der = java_bytes(slot)
    except TlvError:
        return REFUSED
    return Certificate(der).sha256 if certificate_refusal(der) is None else REFUSED
