"""The verdict of a client on a server chain."""

from dataclasses import dataclass

from unpin.pki.certificate_view import CertificateView
from unpin.pki.failure_reasons import Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a client accepts a server chain, and why.

    `accepted` is None where unpin does not know (Reason.is_doubt). `path` goes from the server
    certificate up as far as the client came; `anchor` is the trust anchor at which an accepted
    path ends. `last` is the last of the reasons against the path, for a client that goes on after
    the first (ClientRules.last_errors); None where it does not refuse the path, or is not known.
    `otherwise` is the verdict of the clients of the family that read the file in another way,
    where they do.
    """

    accepted: bool | None
    reason: Reason
    path: tuple[CertificateView, ...]
    anchor: CertificateView | None = None
    last: Reason | None = None
    otherwise: "Verdict | None" = None

    @property
    def path_labels(self) -> tuple[str, ...]:
        """The certificates of the path as a person calls them, the server certificate first."""
        return tuple(view.label for view in self.path)
