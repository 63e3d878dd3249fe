"""Dates and times from options and the environment."""

import os
import time
from datetime import UTC, datetime, timedelta

from unpin.model.errors import UsageError


def parse_moment(text: str | None) -> datetime:
    """`--at`: an ISO date or time, in UTC if it has no offset; None means now."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", "2027-01-31 or 2027-01-31T12:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_days(text: str) -> timedelta:
    """`--expires-within`: "30" or "30d". Raises UsageError."""
    digits = text.removesuffix("d")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        raise UsageError(f"{text!r} is not a number of days (30 or 30d)")
    return timedelta(days=int(digits))


def creation_time() -> int:
    """SOURCE_DATE_EPOCH (reproducible-builds.org), or now, in milliseconds since 1970."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return time.time_ns() // 1_000_000
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise UsageError(f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds since 1970")
    return int(text) * 1000
