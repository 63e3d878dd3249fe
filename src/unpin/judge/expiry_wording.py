"""What the end of a certificate means to each client, in one half sentence."""

from datetime import datetime

from unpin.judge.audited_entry import Judged
from unpin.judge.context import Case
from unpin.judge.wording import who


def datedness(case: Case, one: Judged, at: datetime | None = None) -> str:
    """Who goes on trusting `one` after its end (at `at`, or at the moment of the audit)."""
    moment = at or case.now
    trusting = [client for client in case.clients if case.alone(client, one, moment)]
    refusing = [client for client in case.clients if client not in trusting]
    parts = []
    if trusting:
        parts.append(f"{who(trusting, 'keep')} trusting it")
    if refusing:
        parts.append(f"{who(refusing, 'refuse')} every path through it")
    return ", ".join(parts)
