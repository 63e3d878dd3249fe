"""Measure one client on a suite of cases and write its row of the suite's table.

    python -m tests.conformance.policy.record SUITE NAME VERSION [COMMAND ...]

SUITE is "designed", "pss", "names" or "versions". NAME is "openssl", "openssl-partial" or
"openssl-strict" (this Python's ssl), "gnutls" (gnutls-cli), "dotnet" (COMMAND reads stores and
chains, programs/dotnet.py), or any other: COMMAND reads ports and stores (the other programs). Run it for every client when a case was added.
"""

import base64
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conformance.policy import openssl, referees
from tests.conformance.policy.cases import designed
from tests.conformance.policy.name_cases import name_cases
from tests.conformance.policy.pss_cases import pss_cases
from tests.conformance.policy.servers import Servers, server_context
from tests.conformance.policy.version_cases import version_cases

HERE = Path(__file__).parent
SUITES = {
    "designed": (designed, HERE / "measured.json"),
    "pss": (pss_cases, HERE / "pss.json"),
    "names": (name_cases, HERE / "names.json"),
    "versions": (version_cases, HERE / "versions.json"),
}
FLAGS = {
    "openssl": 0,
    "openssl-partial": openssl.PARTIAL_CHAIN,
    "openssl-strict": openssl.PARTIAL_CHAIN | openssl.STRICT,
}
VARYING = (
    (r"(server\.test|127\.0\.0\.1):\d+", r"\1"),
    (r"(NotBefore|NotAfter): [A-Z][^|]*", r"\1: ... "),
    (r"current time \S+ is (before|after) \S+", r"current time ... is \1 ..."),
    (r"verification time \d+.*", "..."),
    (r"error:[0-9A-Fa-f]{8,}:", "error:"),
    (r".*'message': '(received fatal alert: \w+).*", r"\1"),
    (r".*invalid peer certificate", "invalid peer certificate"),
    (r"'\}.*", ""),
    (r"org\.bouncycastle\.tls\.TlsFatalAlert: certificate_unknown\(46\) \| ", ""),
    (r"(java\.security\.cert|org\.bouncycastle\.jce\.exception)\.(\w+: )", r"\2"),
    (r"(certificate expired on|certificate not valid till) \S+", r"\1 ..."),
)
LONGEST = 200


def plain(text):
    """The answer without what differs from run to run."""
    for pattern, instead in VARYING:
        text = re.sub(pattern, instead, text)
    return text.strip()[:LONGEST]


def measure(cases, name, command, folder):
    contexts = [server_context(case, folder) for case in cases]
    if name in FLAGS:
        return [
            openssl.handshake(context, case.store, FLAGS[name])
            for context, case in zip(contexts, cases, strict=True)
        ]
    if name == "dotnet":
        halves = [" | ".join(map(_words, (case.store, case.chain))) for case in cases]
        ran = subprocess.run(
            command, input="\n".join(halves), capture_output=True, text=True, check=True
        )
        return ran.stdout.splitlines()
    with Servers(contexts) as servers:
        if name == "gnutls":
            return referees.gnutls_cli(cases, servers.ports)
        return referees.dial(command, cases, servers.ports)


def _words(made):
    return " ".join(base64.b64encode(one.der).decode() for one in made)


def write(suite, name, version, answers):
    """Put the answers into the table; the rows of other clients keep their cases' answers."""
    make, file = SUITES[suite]
    old = json.loads(file.read_text(encoding="utf-8"))
    rows = {
        client: (
            row["version"],
            {
                case: old["texts"][text]
                for case, text in zip(old["cases"], row["results"], strict=True)
            },
        )
        for client, row in old["clients"].items()
    }
    names = [case.name for case in make()]
    rows[name] = (version, dict(zip(names, map(plain, answers), strict=True)))
    texts = {"ok": 0}
    clients = []
    for client, (which, found) in rows.items():
        row = [texts.setdefault(found.get(case, "not measured"), len(texts)) for case in names]
        clients.append(
            f'  {json.dumps(client)}: {{"version": {json.dumps(which)}, "results":\n'
            f"   {json.dumps(row, separators=(',', ':'))}}}"
        )
    lists = [
        f' "{what}": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in several) + "\n ],\n"
        for what, several in (("cases", names), ("texts", texts))
    ]
    head = f'{{\n "measured": {json.dumps(old["measured"])},\n'
    file.write_text(head + "".join(lists) + ' "clients": {\n' + ",\n".join(clients) + "\n }\n}\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        suite, name, version, *command = sys.argv[1:]
        write(suite, name, version, measure(SUITES[suite][0](), name, command, Path(place)))
