"""What the verdicts of `unpin doctor` and `unpin probe` mean, for `unpin explain`."""

import re
from typing import Final, NamedTuple

_DOCTOR: Final = "unpin doctor"
_PROBE: Final = "unpin probe"


class OwnVerdict(NamedTuple):
    """A verdict: the word, the command that gives it, what it means, and how to go on."""

    word: str
    command: str
    meaning: str
    remedy: str


OWN_VERDICTS: Final = (
    OwnVerdict(
        "AFFECTED", _DOCTOR,
        "the driver verifies, and with this store it fails today or after the rotation, or it pins "
        "the server certificate itself",
        "unpin fix STORE shows the plan; unpin catalogue export writes the roots",
    ),
    OwnVerdict(
        "AFFECTED SILENTLY", _DOCTOR,
        "the driver fails to verify, then goes on without TLS or says something else",
        "unpin fix STORE, and sslmode=verify-full, which does not fall back",
    ),
    OwnVerdict(
        "BROKEN CONFIG", _DOCTOR,
        "the client does not connect, whatever the server sends, or reads another store than the "
        "one named",
        "mend the setting that the sentence names, then run unpin doctor again",
    ),
    OwnVerdict(
        "NOT VERIFIED", _DOCTOR,
        "the client connects to anybody: no rotation stops it, and nobody else either",
        "verify chain and name (sslmode=verify-full or the like) with the roots of unpin catalogue "
        "export",
    ),
    OwnVerdict(
        "NOT KNOWN", _DOCTOR,
        "something that decides is not in the configuration, or not on this machine",
        "give unpin doctor the file that it names, --client, --root or --default-store; unpin "
        "probe --store FILE asks the server itself",
    ),
    OwnVerdict(
        "NOT AFFECTED", _DOCTOR,
        "the client verifies, and connects before and after the rotation",
        "unpin probe --store FILE HOST:PORT proves it with the server",
    ),
    OwnVerdict(
        "NOT FOR PROFILE", _DOCTOR,
        "the client verifies with a store that has nothing of the catalogue, for a host that is "
        "not known to be Azure's",
        "--profile names the service; unpin probe --store FILE HOST:PORT asks the server",
    ),
    OwnVerdict(
        "NO CONNECTION", _DOCTOR,
        "the store is for no outgoing connection: it judges client certificates, or serves a build",
        "unpin audit FILE judges the store itself",
    ),
    OwnVerdict(
        "DEPENDS ON THE CLIENT", _DOCTOR,
        "several drivers may read the connection, and their answers differ",
        "unpin doctor --client NAME names the one that reads it",
    ),
    OwnVerdict(
        "CONNECTS", _PROBE,
        "every client asked about accepts the chain that the server sent, and finds its name",
        "--profile SERVICE asks for the time after the rotation, too",
    ),
    OwnVerdict(
        "FAILS", _PROBE,
        "a client refuses the chain with that store, or does not find the name in the certificate",
        "unpin fix --root FILE STORE adds the root that is missing; unpin probe --save CHAIN, then "
        "unpin rehearse --chain-file CHAIN STORE, settles it without the server",
    ),
    OwnVerdict(
        "NO STORE", _PROBE,
        "the chain was had, and no store was there to judge it with",
        "unpin probe --store FILE names the store that the client reads",
    ),
)  # fmt: skip
"""The words, which begin a line of the page."""

_AFTER_PROBE: Final = (
    r"with \S|every client connects with |not every client connects with |no store was rehearsed"
)


def own_verdicts(said: str) -> tuple[OwnVerdict, ...]:
    """The verdicts that stand in `said`, a part of a page or the word alone; () for none.

    Other programs begin lines with such words: behind that of `doctor` stands a driver.
    """
    alone = said.strip()
    return tuple(each for each in OWN_VERDICTS if alone == each.word or _begun(each).search(said))


def _begun(verdict: OwnVerdict) -> re.Pattern[str]:
    after = _AFTER_PROBE
    if verdict.command == _DOCTOR:
        from unpin.connections.drivers import DRIVERS

        titles = sorted({each.title for each in DRIVERS}, key=len, reverse=True)
        after = rf"--client names |(?:{'|'.join(map(re.escape, titles))})(?:,| and |:)"
    return re.compile(rf"(?m)^(?:=> )?{verdict.word}:\s+(?:{after})")
