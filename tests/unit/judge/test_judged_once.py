"""Each certificate is judged once, whatever the commands ask, and however many there are."""

from collections import Counter

import pytest
from tests.pki import NOW

import unpin
from fuzz import bombs
from unpin.jdk import certificate as jdk_certificate
from unpin.model import certificate, x509
from unpin.model.recent import Recent
from unpin.pki import signatures

COUNT = 30


@pytest.mark.parametrize("suffix", [".jks", ".pem", ".p12"])
def test_a_store_larger_than_any_cache_is_judged_once(suffix, tmp_path, monkeypatch):
    """The certificates of the store, and no others, keep what was found out about them."""
    path = tmp_path / f"store{suffix}"
    bombs.write("roots", COUNT, path)
    certificate._RECENT.clear()
    monkeypatch.setattr(Recent, "most", 0)
    ders = {entry.certificate.der for entry in unpin.open_store(path).trusted}
    counts = Counter()

    def counted(module, name, der_of):
        real = getattr(module, name)

        def asked(*arguments):
            if der_of(arguments[0]) in ders:
                counts[module.__name__, der_of(arguments[0])] += 1
            return real(*arguments)

        monkeypatch.setattr(module, name, asked)

    counted(x509, "parse", lambda der: der)
    counted(signatures, "_check", lambda child: child.der)
    counted(jdk_certificate, "_check", lambda der: der)
    store = unpin.open_store(path)
    unpin.audit(store, profile="azure-postgresql", now=NOW)
    unpin.plan_fix(store, profile="azure-postgresql", now=NOW)
    assert set(counts.values()) == {1}
    assert {name for name, _ in counts} == {
        module.__name__ for module in (x509, signatures, jdk_certificate)
    }
