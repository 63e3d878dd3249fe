"""The options of `unpin probe`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.values import frozen

if TYPE_CHECKING:
    from pathlib import Path

    from unpin.network.server_address import Protocol
    from unpin.reports.formats import OutputFormat


@frozen
class ProbeOptions:
    """The options of the command, as given."""

    stores: tuple[str, ...]
    configurations: tuple[str, ...]
    clients: str | None
    profile: str | None
    host: str | None
    at: str | None
    catalogue: Path | None
    starttls: Protocol
    connect_to: str | None
    timeout: float
    versions: bool
    suites: bool
    samples: int
    hosts_from: str | None
    save: Path | None
    force: bool
    output: OutputFormat
    width: int | None
    files: tuple[str, ...] = ()
    verbose: bool = False
