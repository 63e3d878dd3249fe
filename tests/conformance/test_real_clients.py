"""Real clients do what unpin predicts: real handshakes on this machine, one client at a time.

`UNPIN_CONFORMANCE=full` tries every designed store and hundreds of drawn ones with every chain;
without it each client tries a sample.
"""

import time

import pytest

from tests import programs
from tests.conformance.clients import CLIENTS
from tests.conformance.compare import compare
from tests.conformance.lab import postgres
from tests.conformance.sampling import FULL, handshakes

TRIED = [client for client in CLIENTS if FULL or client.everyday]


@pytest.mark.referee
@pytest.mark.parametrize("client", TRIED, ids=lambda client: client.ident)
def test_client_does_as_predicted(client, bench, record_property):
    if told := client.missing() or (postgres.missing() if client.postgres else None):
        if client.required:
            programs.not_run(f"{client.ident}: {told}")
        pytest.skip(f"NOT RUN, nor needed: {client.ident}: {told}")
    programs.note(f"{client.ident}: {client.version()}")
    tries = handshakes(client)
    begun = time.monotonic()
    answers = client.attempt(bench, tries)
    result = compare(client, bench.files, tries, answers)
    record_property("conformance", result.line(client.version(), time.monotonic() - begun))

    assert (result.disagreements, result.unpredicted, result.unexplained) == ([], [], [])
