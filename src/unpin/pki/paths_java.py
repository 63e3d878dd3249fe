"""Java's two trust managers: PKIX (with a builder behind a validator) and SunX509."""

from collections.abc import Sequence
from datetime import datetime

from unpin.pki.clients import Flag, Reason
from unpin.pki.links import Link, authorised, contradicting, issued, same_key
from unpin.pki.paths_search import Outcome, accepted, refused, search


def pkix(
    flags: frozenset[Flag], store: Sequence[Link], chain: Sequence[Link], at: datetime
) -> Outcome:
    """sun.security.validator.PKIXValidator.engineValidate.

    A server certificate that is in the store passes at once, its dates unread. A presented
    certificate whose name and key the store holds ends the path: what is below is validated, the
    anchor's dates are not. A chain out of order, or one whose top nobody in the store is called
    the issuer of, goes to the builder, which does read the anchor's dates (BouncyCastle's does
    not: no Flag.ANCHOR_DATES).
    """
    leaf = chain[0]
    if any(link.id == leaf.id for link in store):
        return accepted((leaf,), leaf)
    for index in range(1, len(chain)):
        if chain[index].subject != chain[index - 1].issuer:
            return _build(flags, store, chain, at)
        if any(same_key(one, chain[index]) for one in store):
            return _validate(store, chain[:index], at)
    if any(one.subject == chain[-1].issuer for one in store):
        # NOTE: by name alone, and without a second try: a namesake with another key is fatal.
        return _validate(store, chain, at)
    return _build(flags, store, chain, at)


def _build(
    flags: frozenset[Flag], store: Sequence[Link], chain: Sequence[Link], at: datetime
) -> Outcome:
    """SunCertPathBuilder: whatever stops it, dates included, it says that it found no path."""
    outcome = search(flags, store, chain, at)
    return refused(Reason.NO_ANCHOR, outcome.path) if outcome.accepted is False else outcome


def _validate(store: Sequence[Link], path: Sequence[Link], at: datetime) -> Outcome:
    """PKIXCertPathValidator: an anchor for the top, then every link and date below it."""
    top = path[-1]
    anchor = next((one for one in store if authorised(one, top)), None)
    if anchor is None:
        impostors = [one for one in store if one.subject == top.issuer]
        if any(not contradicting(one, top) for one in impostors):
            return refused(Reason.BAD_SIGNATURE, path)
        return refused(Reason.NAME_ONLY, path)
    if any(not link.valid(at) for link in path):
        return refused(Reason.EXPIRED, path)
    if any(not authorised(path[i + 1], path[i]) for i in range(len(path) - 1)):
        return refused(Reason.BAD_SIGNATURE, path)
    return accepted(path, anchor)


def sunx509(store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """sun.security.validator.SimpleValidator: the presented order as it is, nothing built.

    The first presented certificate that the store holds (the same one, or one with its subject,
    issuer and key) ends the path, else the store's namesake of the last issuer. The anchor's own
    dates are not read.

    NOTE: of several namesakes the JDK takes the first of a HashSet; any that fits is taken here.
    """
    path: list[Link] = []
    anchors: list[Link] = []
    for link in chain:
        anchors = [one for one in store if same_key(one, link) and one.issuer == link.issuer]
        if anchors:
            break
        path.append(link)
    else:
        anchors = [one for one in store if one.subject == chain[-1].issuer]
    if not anchors:
        return refused(Reason.NO_ANCHOR, path)
    outcomes = [_simple([*path, anchor], at) for anchor in anchors]
    return next((one for one in outcomes if one.accepted), outcomes[0])


def _simple(path: list[Link], at: datetime) -> Outcome:
    for index in range(len(path) - 2, -1, -1):
        child, parent = path[index], path[index + 1]
        if not child.valid(at):
            return refused(Reason.EXPIRED, path)
        if child.issuer != parent.subject:
            return refused(Reason.DISORDER, path)
        if not issued(parent, child):
            return refused(Reason.BAD_SIGNATURE, path)
        if not parent.ca:
            return refused(Reason.NO_ANCHOR, path)
    return accepted(path, path[-1])
