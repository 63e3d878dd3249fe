"""Where a client is known to do otherwise than its family's rules say: named, and held exactly."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.clients.client import Handshake, Prediction
from tests.conformance.lab.files import Files
from tests.conformance.lab.scenes import CHAINS


@dataclass(frozen=True)
class Divergence:
    """`clients` do the opposite of the prediction exactly where `when` says so.

    Where it is not `certain` they may do either there.
    """

    name: str
    clients: tuple[str, ...]
    reason: str
    when: Callable[[Files, Handshake, Prediction], bool]
    certain: bool = True

    def applies(self, client: str, files: Files, handshake: Handshake, verdict: Prediction) -> bool:
        return client in self.clients and self.when(files, handshake, verdict)


def _anchored_by_server(files: Files, handshake: Handshake, verdict: Prediction) -> bool:
    return verdict.accepted is True and verdict.anchor == files.views[CHAINS[handshake.chain][0]].id


KNOWN = (
    Divergence(
        "no pinned server certificate",
        ("certtool",),
        "certtool --verify takes CAs only for anchors; gnutls-cli, the family's measure, trusts a "
        "server certificate that is in the store and is all that the server sends",
        _anchored_by_server,
    ),
)
