"""Measure anew what each client says of each case: python -m tests.conformance.java_limits.record."""

import json
import re
import tempfile
from pathlib import Path

from tests import programs
from tests.conformance.java_limits.cases import CLIENTS, cases
from tests.conformance.policy import referees
from tests.conformance.policy.servers import Servers, server_context

MEASURED = Path(__file__).with_name("measured.json")


def measured(clients):
    """What each of `clients` says by label: "ok", or the last of what was thrown."""
    made, found = cases(), {}
    with tempfile.TemporaryDirectory() as folder:
        contexts = [server_context(case, Path(folder)) for case in made.values()]
        with Servers(contexts) as servers:
            for client in clients:
                command = referees.java(*CLIENTS[client][0])
                if command is None:
                    programs.not_run(
                        programs.lacking(f"no {client}", programs.debian(programs.JDK))
                    )
                answers = referees.dial(command, made.values(), servers.ports)
                found[client] = dict(zip(made, map(_shortened, answers), strict=True))
    return found


def _shortened(answer):
    return re.sub(r"^.* \| |^\S+: ", "", answer)


if __name__ == "__main__":
    MEASURED.write_text(json.dumps(measured(CLIENTS), indent=1) + "\n", encoding="ascii")
