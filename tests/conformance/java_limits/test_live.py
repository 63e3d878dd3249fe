"""Each client says today what was measured; only with UNPIN_CONFORMANCE=full."""

import json

import pytest

from tests.conformance.java_limits.cases import CLIENTS
from tests.conformance.java_limits.record import MEASURED, measured
from tests.conformance.sampling import FULL


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="NOT RUN: handshakes of minutes; UNPIN_CONFORMANCE=full")
@pytest.mark.parametrize("client", CLIENTS)
def test_measured_is_what_the_client_says(client):
    wanted = json.loads(MEASURED.read_text("ascii"))[client]
    found = measured([client])[client]
    assert {label: said == "ok" for label, said in found.items()} == {
        label: said == "ok" for label, said in wanted.items()
    }
