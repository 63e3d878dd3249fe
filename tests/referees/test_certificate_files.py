"""What unpin says Java does with a file of certificates is what each JDK's CertificateFactory does.

unpin reads more than Java. Where Java refuses a file, a fault of the file names Java.
"""

import pytest

from tests.referees import certificate_files, jvm
from unpin.model.errors import UnpinError
from unpin.pki.clients import PKIX
from unpin.stores.opening import open_bytes

READ_BY = {
    17: {"commented-block", "java-certificate"},
    21: {"commented-block", "java-certificate"},
    25: {"indented", "one-line", "text-before-marker", "utf-8-bom", "broken-block"},
}
"""Faults for which only other versions refuse a file, in some of their forms."""

REFUSED_FOR_MORE = {"PKCS7 broken revocation list"}
"""unpin does not look into revocation lists; it says that they are there."""

EMPTY = {"DER alone: empty"}
"""No certificates to Java, and no store to unpin."""


def read(name, data):
    try:
        return open_bytes(data, source=name)
    except UnpinError as error:
        return error


@pytest.mark.referee
def test_certificate_factory_agrees(any_java, classes, tmp_path):
    files = certificate_files.every_file()
    jobs = []
    for number, data in enumerate(files.values()):
        (tmp_path / str(number)).write_bytes(data)
        jobs.append(("certificates", None, tmp_path / str(number)))
    answers = jvm.listed(any_java, classes, jobs)
    assert sum("error" in answer for answer in answers) > 100
    for (name, data), answer in zip(files.items(), answers, strict=True):
        store = read(name, data)
        if isinstance(store, UnpinError):
            assert "error" in answer or name in EMPTY, (name, answer, store)
            continue
        faults = {one.kind for one in store.faults if one.kind in PKIX.reading.refuses}
        if "error" in answer:
            assert faults or name in REFUSED_FOR_MORE, (name, answer)
            continue
        assert faults <= READ_BY[any_java.version], (name, answer, faults)
        check_certificates(name, store, answer["certificates"])


def check_certificates(name, store, java):
    ours = [one.certificate.sha256 for one in store.trusted]
    if any(one.kind in PKIX.reading.ignores for one in store.faults):
        assert ours[: len(java)] == java, name
        assert len(java) < len(ours), name
    elif any("Java alone reads it" in one.reason for one in store.unreadable):
        assert java[: len(ours)] == ours, name
        assert len(ours) < len(java), name
    else:
        assert ours == java, name
