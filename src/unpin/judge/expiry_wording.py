"""What the end of a certificate means to each client, in one half sentence."""

from datetime import datetime

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.wording import who


def datedness(context: AuditContext, one: AuditedEntry, at: datetime | None = None) -> str:
    """Who goes on trusting `one` after its end (at `at`, or at the moment of the audit)."""
    moment = at or context.now
    trusting = [client for client in context.clients if context.alone(client, one, moment)]
    refusing = [client for client in context.clients if client not in trusting]
    parts = []
    if trusting:
        parts.append(f"{who(trusting, 'keep')} trusting it")
    if refusing:
        parts.append(f"{who(refusing, 'refuse')} every path through it")
    return ", ".join(parts)
