"""The certificates of a handshake under the names that the JDK compares (unpin.jdk.names)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from unpin.jdk.names import java_name
from unpin.pki.certificate_view import CertificateView
from unpin.pki.verdict import Verdict


class JavaNamed(NamedTuple):
    """The trust anchors and the chain, whose `subject` and `issuer` are equal as in Java.

    `differs`: Java tells names apart that are equal by RFC 5280 7.1. `unsure`: JDK 17 and 21 do
    not agree with 25 which names are equal.
    """

    store: Sequence[CertificateView]
    chain: Sequence[CertificateView]
    differs: bool = False
    unsure: bool = False
    originals: Mapping[str, CertificateView] = MappingProxyType({})

    def restored(self, verdict: Verdict) -> Verdict:
        """The verdict with the certificates under their own names."""
        anchor = verdict.anchor
        return replace(
            verdict,
            path=tuple(self.originals[view.id] for view in verdict.path),
            anchor=None if anchor is None else self.originals[anchor.id],
        )


def java_named(store: Sequence[CertificateView], chain: Sequence[CertificateView]) -> JavaNamed:
    """Name the certificates as Java compares them; as they are where that is the same."""
    canonical: dict[bytes, str] = {}
    for view in (*chain, *store):
        if view.featured is not None:
            fields = view.featured.fields
            canonical[fields.subject.der] = view.subject
            canonical[fields.issuer.der] = view.issuer
    if len(canonical) == len(set(canonical.values())):
        return JavaNamed(store, chain)
    forms = {der: java_name(der) or name for der, name in canonical.items()}
    later = {der: java_name(der, latin=True) or name for der, name in canonical.items()}
    if len(set(forms.values())) == len(set(canonical.values())) == len(set(later.values())):
        return JavaNamed(store, chain)
    unsure = len(set(zip(forms.values(), later.values(), strict=True))) != len(set(forms.values()))
    known = {canonical[der]: forms[der] for der in reversed(canonical)}
    return JavaNamed(
        [_named(view, forms, known) for view in store],
        [_named(view, forms, known) for view in chain],
        differs=True,
        unsure=unsure or len(set(later.values())) != len(set(forms.values())),
        originals={view.id: view for view in (*store, *chain)},
    )


def _named(
    view: CertificateView, forms: Mapping[bytes, str], known: Mapping[str, str]
) -> CertificateView:
    """The certificate under its names in Java; by `known`, where only facts are at hand.

    A name of several spellings is then that of the presented certificate.
    """
    if view.featured is None:
        subject, issuer = known.get(view.subject), known.get(view.issuer)
    else:
        fields = view.featured.fields
        subject, issuer = forms[fields.subject.der], forms[fields.issuer.der]
    return replace(view, subject=subject or view.subject, issuer=issuer or view.issuer)
