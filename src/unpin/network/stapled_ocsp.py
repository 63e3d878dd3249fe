"""The OCSP response that a server staples to its certificate (RFC 6066 8, RFC 6960)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.x509 import ocsp

from unpin.model.values import frozen

if TYPE_CHECKING:
    from datetime import datetime


class OcspStatus(StrEnum):
    """What the response says of the certificate, or that it says nothing."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    """The responder gave an error instead of a response."""
    UNREADABLE = "unreadable"


@frozen
class StapledResponse:
    """A response; its signature is not verified. The dates are None where it has none."""

    status: OcspStatus
    this_update: datetime | None = None
    next_update: datetime | None = None


def stapled_response(data: bytes) -> StapledResponse | None:
    """The response in DER; None for b"", which is none."""
    if not data:
        return None
    try:
        response = ocsp.load_der_ocsp_response(data)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return StapledResponse(OcspStatus.REFUSED)
        status = OcspStatus[response.certificate_status.name]
        return StapledResponse(status, response.this_update_utc, response.next_update_utc)
    except ValueError:
        return StapledResponse(OcspStatus.UNREADABLE)
