"""What one family of clients says to one presented chain: one row of the rehearsal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether `client` (the ident of a client family) accepts a chain.

    `accepted` is None where unpin cannot say: `reason` is then "not-modelled" or "gave-up".
    `anchor` is the id of the store's certificate at which the path ends, `path` the labels from
    the server certificate up as far as the client came. `reason` is an ident
    (failure_reasons.Reason), `error` the text that the client prints, where it was measured.
    """

    client: str
    accepted: bool | None
    anchor: str | None
    path: tuple[str, ...]
    reason: str
    error: str | None = None
