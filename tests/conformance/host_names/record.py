"""Measure one client on all pairs of certificate and host, and write its row of measured.json.

    python -m tests.conformance.host_names.record NAME VERSION compares|dials COMMAND ...

COMMAND is one of programs/, with {root} and {key} for the files of the root and of the servers' key.
Of the designed pairs a row has, for each certificate, the positions in HOSTS of those that the
client takes; of the random ones a bit each, the first pair in the highest bit. `skipped` are hosts
that it cannot be asked about, certificates are "?" that no server here presents.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.conformance.host_names.clients import Client, Files, ask
from tests.conformance.host_names.designs import BEARERS, HOSTS, random_pairs
from tests.conformance.host_names.servers import Servers

FILE = Path(__file__).with_name("measured.json")
SEED, CERTIFICATES, HOSTS_EACH = 1, 800, 6


def designed():
    return [(bearer, host) for bearer in BEARERS for host in HOSTS]


def drawn():
    pairs = random_pairs(SEED, CERTIFICATES, HOSTS_EACH)
    return [(bearer, host) for bearer, hosts in pairs for host in hosts]


def row(version, designed_answers, drawn_answers):
    """What measured.json keeps of the answers: "+", "-" and "?" each, in the order of the pairs."""
    rows = [
        designed_answers[at : at + len(HOSTS)] for at in range(0, len(designed_answers), len(HOSTS))
    ]
    whole = ["?" if all(one == "?" for one in answers) else answers for answers in rows]
    skipped = {
        at
        for answers in whole
        if answers != "?"
        for at, answer in enumerate(answers)
        if answer == "?"
    }
    return {
        "version": version,
        "skipped": sorted(skipped),
        "designed": [
            "?"
            if answers == "?"
            else " ".join(
                str(at) for at, one in enumerate(answers) if one == "+" and at not in skipped
            )
            for answers in whole
        ],
        "random": _bits(drawn_answers, "+"),
        "random_skipped": _bits(drawn_answers, "?"),
    }


def _bits(answers, wanted):
    bits = "".join("1" if answer == wanted else "0" for answer in answers)
    return f"{int(bits, 2):0{len(bits) // 4}x}" if "1" in bits else ""


def answers_of(measured):
    """The answers of a row: those of the designed pairs, and those of the random ones."""
    found = []
    for text in measured["designed"]:
        taken = set() if text == "?" else {int(at) for at in text.split()}
        for at in range(len(HOSTS)):
            asked = text != "?" and at not in measured["skipped"]
            found.append(("+" if at in taken else "-") if asked else "?")
    count = CERTIFICATES * HOSTS_EACH
    taken, skipped = (
        f"{int(measured[key] or '0', 16):0{count}b}" for key in ("random", "random_skipped")
    )
    drawn_answers = [
        "?" if other == "1" else "+" if one == "1" else "-"
        for one, other in zip(taken, skipped, strict=True)
    ]
    return found, drawn_answers


def write(name, measured):
    """Put a row into measured.json."""
    rows = json.loads(FILE.read_text("utf-8"))["clients"] if FILE.exists() else {}
    rows[name] = measured
    clients = []
    for client, one in sorted(rows.items()):
        lines = [f'   "{key}": {json.dumps(one[key])}' for key in one]
        clients.append(f"  {json.dumps(client)}: {{\n" + ",\n".join(lines) + "\n  }")
    FILE.write_text('{\n "clients": {\n' + ",\n".join(clients) + "\n }\n}\n", "utf-8")


def measure(client, pairs, files):
    """The first letter of what the client says of each pair."""
    if not client.dials:
        return [answer[0] for answer in ask(client, pairs, files)]
    with Servers(dict.fromkeys(bearer for bearer, _ in pairs)) as servers:
        return [answer[0] for answer in ask(client, pairs, files, servers.ports)]


if __name__ == "__main__":
    name, version, how, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        files = Files(Path(place))

        def words(_files):
            return [word.format(root=files.root, key=files.key) for word in command]

        client = Client(name, name, words, how == "dials")
        write(
            name, row(version, *(measure(client, pairs, files) for pairs in (designed(), drawn())))
        )
