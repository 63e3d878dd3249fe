"""Hold what unpin says of a scene against what each client did."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.conformance.clients import CLIENTS
from tests.conformance.clients.client import Handshake, Prediction
from tests.conformance.host_names.servers import ACCEPTED
from tests.conformance.policy.pem import bundle

from unpin.catalogue.load import load_builtin
from unpin.model.errors import UnpinError
from unpin.pki.acceptance import last_text, printed_text, printed_texts
from unpin.pki.clients import CLIENTS as FAMILIES
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_names import MEMBERS
from unpin.pki.verdict import Reason
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.seen_chain import seen_chain
from unpin.stores.opening import open_bytes

RULES = {rules.ident: rules for rules in FAMILIES}
NAMES = {member.ident: member for member in MEMBERS}
NAMES_OF = {
    "openssl-s_client": "openssl",
    "openssl-s_client-partial": "openssl",
    "psql": "libpq",
    "curl": "curl",
    "gnutls-cli": "gnutls",
    "python-ssl": "python",
    "python-ssl-partial": "python",
    "python-ssl-strict": "python",
    "psycopg": "libpq",
    "asyncpg": "python",
    "pyreqwest": "rustls",
    "node-tls": "node",
    "node-tls-partial": "node",
    "node-postgres": "node",
    "bun": "bun",
    "deno": "rustls",
    "go-tls": "go",
    "lib-pq": "go",
    "jsse-jks": "java",
    "jsse-p12": "java",
    "sunx509": "java",
    "bcjsse": "bcjsse",
    "pgjdbc-pem": "pgjdbc",
    "pgjdbc-jks": "pgjdbc",
    "pgjdbc-p12": "pgjdbc",
}
"""The member of host_names.MEMBERS of each client; the others compare no name."""
LOOKS_UP = frozenset(
    {"asyncpg", "deno", "lib-pq", "node-postgres", "pgjdbc-pem", "pgjdbc-jks", "pgjdbc-p12"}
)
"""Clients that look up the host themselves: they are asked where the lookup ends at 127.0.0.1."""
REWRITES = frozenset({"pyreqwest"})
"""Clients whose program takes the file apart itself: they are asked about plain files."""
VERIFIERS = frozenset({"openssl-verify", "openssl-verify-partial"})
"""Programs that make no handshake: they are not asked where its settings decide."""
OF_TLS = frozenset({Reason.SERVER_KEY, Reason.WEAK_KEY, Reason.WEAK_SIGNATURE})
HERE = frozenset({"localhost", "127.0.0.1"})
MAY_NEVER_END = frozenset({"node-tls-partial"})
"""Clients that may run out of memory where unpin says nothing (test_words.py): not asked there."""


@dataclass
class Tally:
    """What became of one client's scenes; `wrong` are (seed, predicted, reason, what it said)."""

    compared: int = 0
    unknown: int = 0
    connected: int = 0
    false_success: int = 0
    false_failure: int = 0
    refused_by_chain: int = 0
    foreseen_words: int = 0
    wrong: list = field(default_factory=list)
    open_because: Counter = field(default_factory=Counter)
    other_words: Counter = field(default_factory=Counter)


def member_of(client):
    """The rules for names of a client; None for one that compares no name."""
    ident = client.ident.partition("-java")[0]
    return NAMES.get(NAMES_OF.get(ident, ""))


class Predictor:
    """What unpin says of a scene's handshake for any client; all of it is asked through the files."""

    def __init__(self, scene, now=None):
        catalogue = load_builtin()
        self._store = open_bytes(scene.store, source="store.pem")
        chain = open_bytes(bundle(made.der for made in scene.chain).encode(), source="chain.pem")
        self._seen = seen_chain(chain, catalogue)
        self._rehearser = Rehearser(self._store, catalogue, now or datetime.now(UTC))
        self._names = None if self._seen.server is None else BearerNames.of(self._seen.server)
        self._dialled = DialledName.of(scene.host)

    def of(self, client):
        """The Prediction of the chain, and whether the name is accepted (None: unknown)."""
        rules = RULES[client.family]
        verdict = self._rehearser.verdict(rules, self._seen.handshake)
        member = member_of(client)
        if member is None:
            name = True
        else:
            name = None if self._names is None else member.accepts(self._names, self._dialled)
        chain = Prediction(
            verdict.accepted, str(verdict.reason), verdict.path_labels, None,
            printed_text(rules, verdict), printed_texts(rules, verdict),
            last_text(rules, verdict),
        )  # fmt: skip
        return chain, name


def asked(client, scenes):
    """The scenes about which this client can be asked."""
    ident = client.ident.partition("-java")[0]
    return [
        scene
        for scene in scenes
        if (ident not in LOOKS_UP or scene.host in HERE) and (ident not in REWRITES or scene.plain)
    ]


def predictions(scenes):
    """A Predictor for each scene that unpin reads, and what it says of the others."""
    found, refused = {}, {}
    for scene in scenes:
        try:
            found[scene.seed] = Predictor(scene)
        except UnpinError as error:
            refused[scene.seed] = str(error)
    return found, refused


def hold(client, bench, scenes, predicted, tally):
    """Ask `client` about `scenes`, and count."""
    scenes = [scene for scene in asked(client, scenes) if scene.seed in predicted]
    if client.ident in VERIFIERS:
        scenes = [
            scene for scene in scenes if predicted[scene.seed].of(client)[0].reason not in OF_TLS
        ]
    if client.ident in MAY_NEVER_END:
        unsaid = [scene for scene in scenes if _says_nothing(*predicted[scene.seed].of(client))]
        for scene in unsaid:
            _count(client, scene, predicted[scene.seed].of(client), False, "", tally)
        scenes = [scene for scene in scenes if scene not in unsaid]
    tries = [Handshake((str(scene.seed),), str(scene.seed), scene.host) for scene in scenes]
    for scene, answer in zip(scenes, client.attempt(bench, tries), strict=True):
        connected = answer.connected or ACCEPTED in answer.said
        _count(client, scene, predicted[scene.seed].of(client), connected, answer.said, tally)


def _says_nothing(chain, name):
    return False not in (chain.accepted, name) and None in (chain.accepted, name)


def _count(client, scene, prediction, connected, said, tally):
    chain, name = prediction
    tally.compared += 1
    tally.connected += connected
    if chain.accepted is False or name is False:
        expected, reason = False, chain.reason if chain.accepted is False else "name"
    elif chain.accepted is None or name is None:
        tally.unknown += 1
        tally.open_because[chain.reason if chain.accepted is None else "name"] += 1
        return
    else:
        expected, reason = True, ""
    if expected is not connected:
        tally.false_success += expected
        tally.false_failure += not expected
        tally.wrong.append((scene.seed, expected, reason, said[:200]))
    elif chain.accepted is False and name is not False and chain.reason != Reason.FILE_REFUSED:
        tally.refused_by_chain += 1
        if any(word and word in said for word in client.words(chain)):
            tally.foreseen_words += 1
        else:
            tally.other_words[chain.reason, said[-120:] if len(said) > 250 else said] += 1


def at_hand():
    """The clients of this machine, and what the others lack."""
    # NOTE: certtool checks neither key usages nor names, and serves nobody as a client.
    clients = [client for client in CLIENTS if client.ident != "certtool"]
    missing = {client.ident: client.missing() for client in clients}
    return [client for client in clients if not missing[client.ident]], {
        ident: told for ident, told in missing.items() if told
    }
