"""Several connections to each address of a name: front ends of a service may send other chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.errors import NoChainError
from unpin.model.values import frozen
from unpin.network.connection import MOST_ADDRESSES, Deadline, addresses_of
from unpin.network.tls import tls_session

if TYPE_CHECKING:
    from unpin.network.server_address import ServerAddress
    from unpin.network.tls import TlsSession


@frozen
class SampledChain:
    """A chain, how many connections showed it, and at which addresses."""

    session: TlsSession
    seen: int
    addresses: tuple[str, ...]


@frozen
class SampledChains:
    """The different chains of a server, the most frequent first.

    `connections` is the number of those that showed a chain. `failures` are those that showed none,
    once an address, and that there are more addresses than were asked.
    """

    chains: tuple[SampledChain, ...]
    connections: int
    failures: tuple[NoChainError, ...]


def sampled_chains(
    server: ServerAddress,
    reached_at: tuple[str, int],
    timeout: float,
    samples: int,
    first: TlsSession,
) -> SampledChains:
    """Connect `samples` times to each address of the host; `first` is a connection already made.

    `timeout` is the time for each connection, in seconds. An address that fails is not asked again.
    Raises NoChainError if the host has no address.
    """
    host, port = reached_at
    addresses = addresses_of(host, port, Deadline(timeout))
    sessions = [first]
    failures = []
    if len(addresses) > MOST_ADDRESSES:
        failures.append(
            NoChainError(
                f"the name has more than {MOST_ADDRESSES} addresses; the others were not asked",
                "--connect-to ADDR asks an address",
            )
        )
    for address in addresses[:MOST_ADDRESSES]:
        for _ in range(samples - (address == first.address)):
            try:
                sessions.append(tls_session(server, (address, port), timeout))
            except NoChainError as error:
                failures.append(NoChainError(f"address {address}: {error.message}", error.hint))
                break
    found: dict[tuple[bytes, ...], SampledChain] = {}
    for session in sessions:
        known = found.get(session.chain, SampledChain(session, 0, ()))
        seen_at = dict.fromkeys([*known.addresses, session.address])
        # A front end that clients of today may refuse decides, though its chain is the same.
        shown = session if session.unusual else known.session
        found[session.chain] = SampledChain(shown, known.seen + 1, tuple(seen_at))
    chains = sorted(found.values(), key=lambda chain: -chain.seen)
    return SampledChains(tuple(chains), len(sessions), tuple(failures))
