"""Audit the trust stores of Java and database clients before a CA rotation.

`unpin.audit(unpin.open_store("truststore.p12")).findings` is what the command line prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from unpin.catalogue.model import Catalogue
    from unpin.judge.run import Audit
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules

__version__ = "0.1.0"
__all__ = ["__version__", "audit", "open_store"]


def open_store(path: str, password: str | None = None) -> Store:
    """Read the trust store at `path` (file, folder, or "-" for standard input).

    Without `password`, "changeit", the empty password and none are tried. Raises
    `unpin.model.errors.UnpinError`, whose message names the file.
    """
    from unpin.operations.opening import open_path
    from unpin.stores.opening import Password

    return open_path(path, None if password is None else Password(password, "the given password"))


def audit(
    store: Store,
    *,
    profile: str | None = "azure-postgresql",
    catalogue: Catalogue | None = None,
    clients: Sequence[ClientRules] = (),
    now: datetime | None = None,
    expires_within: timedelta | None = None,
) -> Audit:
    """Judge a store; `profile` None leaves out what only a profile can say.

    `now` (aware UTC) is the clock's if None; `expires_within` 30 days. Raises
    `unpin.model.errors.UnknownNameError` where the catalogue has no such profile.
    """
    from datetime import UTC, timedelta
    from datetime import datetime as clock

    from unpin.catalogue.load import load_builtin
    from unpin.judge.run import audit as run

    facts = load_builtin() if catalogue is None else catalogue
    return run(
        store,
        catalogue=facts,
        profile=None if profile is None else facts.profile(profile),
        clients=clients,
        now=clock.now(UTC) if now is None else now,
        expires_within=timedelta(days=30) if expires_within is None else expires_within,
    )
