"""Which certificates of a store can matter to a handshake: all others change no path."""

from collections.abc import Iterable, Sequence

from unpin.pki.certificate_view import CertificateView


def relevant(
    store: Sequence[CertificateView], presented: Iterable[CertificateView]
) -> tuple[CertificateView, ...]:
    """The links of `store` at which a client may look, in their order.

    Every family looks for issuers by name and for pins by identity. What has neither the name of
    a presented certificate, nor of an issuer reached from one, is never looked at. A store that
    is not empty stays so: clients say other things of an empty one.
    """
    return reached(store, presented) or tuple(store[:1])


def reached(
    store: Sequence[CertificateView], presented: Iterable[CertificateView]
) -> tuple[CertificateView, ...]:
    """The links of `store` at which a client looks, if any."""
    names: set[str] = set()
    for view in presented:
        names.add(view.subject)
        names.add(view.issuer)
    while more := {view.issuer for view in store if view.subject in names} - names:
        names |= more
    return tuple(view for view in store if view.subject in names)
