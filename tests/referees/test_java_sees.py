"""What unpin says Java sees is what the trust manager of every JDK here takes as anchors."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.pki import Authority
from tests.unit.stores import jks_writer as writer
from unpin.model.entries import TrustedEntry
from unpin.model.java_view import hidden_from_java
from unpin.stores.opening import open_bytes

A, B = Authority("A").certificate, Authority("B").certificate
JDKS = sorted({path.resolve() for path in Path("/usr/lib/jvm").glob("*/bin/java")})
STORES = {
    "capital": writer.store(writer.trusted("MyAlias", A.der)),
    "duplicate": writer.store(writer.trusted("same", A.der), writer.trusted("same", B.der)),
    "folded": writer.store(writer.trusted("Same", A.der), writer.trusted("same", B.der)),
    "plain": writer.store(writer.trusted("a", A.der), writer.trusted("b", B.der)),
}


@pytest.mark.referee
def test_trust_manager_agrees(tmp_path):
    if not JDKS:
        if os.environ.get("CI"):
            pytest.fail("no JDK under /usr/lib/jvm to compare with")
        pytest.skip("NOT RUN: no JDK under /usr/lib/jvm")
    expected = []
    for name, data in STORES.items():
        (tmp_path / name).write_bytes(data)
        store = open_bytes(data, source=name)
        hidden = hidden_from_java(store)
        expected.append(
            {
                f"CN={entry.certificate.label}"
                for index, entry in enumerate(store.entries)
                if isinstance(entry, TrustedEntry) and index not in hidden
            }
        )
    assert expected == [set(), {"CN=B"}, {"CN=B"}, {"CN=A", "CN=B"}]
    for java in JDKS:
        program = Path(__file__).with_name("Anchors.java")
        files = [tmp_path / name for name in STORES]
        ran = subprocess.run(
            [java, program, *files], capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran.stderr
        assert [set(line.split()) for line in ran.stdout.split("\n")[:-1]] == expected, java
