"""The overview of several servers: a row for each, the worst first, and a total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.reports.blocks import Answer, Table, Tone, Toned
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.blocks import Block
    from unpin.reports.servers.probe import ProbeReport

_NO_CHAIN: Final = Toned("NO CHAIN", Tone.BAD)


class ServerVerdict(NamedTuple):
    """What an overview keeps of a server: its verdict, its chain, and who connects or why not."""

    server: str
    verdict: Toned
    chain: str
    reason: str

    @classmethod
    def of(cls, report: ProbeReport) -> ServerVerdict:
        """The verdict on a server, or on one of its chains with --samples."""
        chain = " or ".join(each.name for each in report.sent.chains) or "not in the catalogue"
        return cls(report.server.title, report.verdict(), chain, report.answer())


def probe_overview(
    verdicts: Sequence[ServerVerdict], errors: Sequence[UnpinError]
) -> Iterator[Block]:
    """A row for each server, or chain of it, and for each server of which there is none; a total.

    `errors` that are about no server have been said, and are counted alone.
    """
    unreached = [
        ServerVerdict(error.source, _NO_CHAIN, "", error.message.removeprefix(f"{error.source}: "))
        for error in errors
        if error.source is not None
    ]
    rows = sorted([*unreached, *verdicts], key=lambda row: row.verdict.tone.rank)
    yield Table(
        ("verdict", "server", "chain", "why"),
        [[row.verdict, row.server, row.chain, row.reason] for row in rows],
    )
    words = dict.fromkeys(row.verdict.text for row in rows)
    counts = (f"{sum(row.verdict.text == word for row in rows)} {word}" for word in words)
    servers = counted(len({row.server for row in rows}), "server", "servers")
    more = "; unpin probe -v shows the page of each" if verdicts else ""
    yield Answer(f"{servers}: {', '.join(counts)}{more}")
    if others := len(errors) - len(unreached):
        yield Answer(f"incomplete: {counted(others, 'error', 'errors')} beside the servers")
