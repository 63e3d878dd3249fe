"""Measure what clients do with a store in which one unrelated root is odd; write measured.json.

    python -m tests.conformance.bystanders.record [CLIENT ...]
    python -m tests.conformance.bystanders.record --program CLIENT VERSION COMMAND ...

The first asks the clients of tests/conformance/clients, those named or all that are here. The
second asks one of tests/conformance/policy/programs, which reads "port bundle" lines; "dotnet"
reads "bundle | chain".
"""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

from tests.conformance.bystanders.odd_roots import draw
from tests.conformance.clients import CLIENTS
from tests.conformance.clients.client import Handshake, clean_environment
from tests.conformance.lab import postgres
from tests.conformance.lab.bench import laboratory
from tests.conformance.lab.scenes import CHAINS

FILE = Path(__file__).with_name("measured.json")
CHAIN, NEEDED = "old", "R_old"
LONGEST = 200
VARYING = (
    (r"/\S*/store-\d+\.pem", "FILE"),
    (r"(localhost|127\.0\.0\.1)([:\"', ]+port )?:?\d{4,5}", r"\1"),
    (r"error:[0-9A-Fa-f]{8,}:", "error:"),
    (r"[0-9A-F]{16}:error", "error"),
    (r"\s+", " "),
)


def tries():
    """Every kind twice: before the root that is needed, and after it."""
    kinds = list(draw())
    return kinds, [
        Handshake(store, CHAIN) for kind in kinds for store in ((kind, NEEDED), (NEEDED, kind))
    ]


def plain(text):
    """The words without what differs from run to run."""
    for pattern, instead in VARYING:
        text = re.sub(pattern, instead, text)
    return text.strip()[:LONGEST]


def refusals(kinds, answers):
    """By kind, what was said with the odd root first and last, None where it connected."""
    found = {}
    for at, kind in enumerate(kinds):
        said = [None if ok else plain(text) for ok, text in answers[2 * at : 2 * at + 2]]
        if any(one is not None for one in said):
            found[kind] = said
    return found


def ask(client, bench):
    kinds, handshakes = tries()
    answers = client.attempt(bench, handshakes)
    return refusals(kinds, [(one.connected, one.said) for one in answers])


def ask_program(name, command, bench):
    kinds, handshakes = tries()
    stores = [str(bench.files.store(one.store)) for one in handshakes]
    if name == "dotnet":
        sent = (base64.b64encode(bench.files.drawn.der[one]).decode() for one in CHAINS[CHAIN])
        tail = " | " + " ".join(sent)
        lines = [store + tail for store in stores]
    else:
        lines = [f"{bench.tls(CHAIN)} {store}" for store in stores]
    answers = []
    while len(answers) < len(lines):
        ran = subprocess.run(
            command,
            input="\n".join(lines[len(answers) :]) + "\n",
            capture_output=True,
            text=True,
            env=clean_environment(bench),
            check=False,
        )
        answers += ran.stdout.splitlines()
        if len(answers) < len(lines):
            answers.append(f"the program died: {ran.stderr[-LONGEST:]}")
    return refusals(kinds, [(one == "ok", one) for one in answers])


def write(name, version, found):
    """Put one client's row into measured.json: of the refused kinds, what was said, by number."""
    old = {"texts": [None], "clients": {}}
    if FILE.exists():
        old = json.loads(FILE.read_text(encoding="utf-8"))
    rows = {
        client: (
            row["version"],
            {kind: [old["texts"][at] for at in said] for kind, said in row["refused"].items()},
        )
        for client, row in old["clients"].items()
    }
    rows[name] = (version, found)
    texts = {None: 0}
    clients = []
    for client, (which, refused) in sorted(rows.items()):
        numbers = {
            kind: [texts.setdefault(one, len(texts)) for one in said]
            for kind, said in refused.items()
        }
        clients.append(
            f'  {json.dumps(client)}: {{"version": {json.dumps(which)}, "refused":\n'
            f"   {json.dumps(numbers)}}}"
        )
    lists = [
        f' "{what}": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in several) + "\n ],\n"
        for what, several in (("kinds", draw()), ("texts", texts))
    ]
    FILE.write_text(
        "{\n" + "".join(lists) + ' "clients": {\n' + ",\n".join(clients) + "\n }\n}\n",
        encoding="utf-8",
    )


def main(arguments):
    with laboratory() as bench:
        bench.files.drawn.der.update(draw())
        if arguments[:1] == ["--program"]:
            _, name, version, *command = arguments
            write(name, version, ask_program(name, command, bench))
            return
        for client in CLIENTS:
            if arguments and client.ident not in arguments:
                continue
            lacking = client.missing() or (postgres.missing() if client.postgres else None)
            if lacking:
                print(f"NOT RUN: {client.ident}: {lacking}")
                continue
            found = ask(client, bench)
            write(client.ident, client.version(), found)
            print(client.ident, len(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
