"""The sentence that explains the outcome of a scenario, the same in every report."""

from collections.abc import Iterator

from unpin.jdk.distrusted_cas import last_issuance
from unpin.model.formats import Format
from unpin.pki.acceptance import last_text, printed_text, printed_texts
from unpin.pki.certificate_features import Oddity, PathPosition
from unpin.pki.certificate_view import CertificateView
from unpin.pki.path_validation.strict import breach
from unpin.pki.verdict import Reason
from unpin.rehearsal.file_reading import refusal
from unpin.rehearsal.scenarios import Rehearsal, Scenario


def explanation(rehearsal: Rehearsal, scenario: Scenario) -> str:
    """What the client does or prints, or why the outcome is unknown."""
    verdict = scenario.decisive_attempt.verdict
    if scenario.client.model is None:
        return "unpin has no rules for this client"
    match verdict.reason:
        case Reason.FILE_REFUSED | Reason.FILE_PARTLY_READ | Reason.FILE_READING_UNKNOWN:
            return _reading(rehearsal, scenario)
        case Reason.NOT_MODELLED:
            return _not_measured(scenario)
        case Reason.READERS_DIFFER if fault := refusal(rehearsal.store, scenario.client):
            return (
                "some clients of the family refuse the file, others read it or a part of it: "
                f"{fault.kind.description}"
            )
        case Reason.CLIENTS_DIFFER | Reason.READERS_DIFFER | Reason.NAMES_UNKNOWN | Reason.GAVE_UP:
            return verdict.reason.sentence
        case Reason.NOT_STRICT if found := breach(verdict.path):
            which = found.certificate.label
            return f'prints "{found.requirement}": {which} has {found.requirement.fault}'
        case Reason.DISTRUSTED:
            *_, ca, root = verdict.path
            last = last_issuance(root.id, ca.id if len(verdict.path) > 2 else None)
            text = printed_text(scenario.client, verdict)
            return f'prints "{text} {last}": Java distrusts {root.label} for newer certificates'
        case _:
            printed = " or ".join(f'"{text}"' for text in printed_texts(scenario.client, verdict))
            if not printed:
                return f"fails: {verdict.reason.sentence}"
            return f"prints {printed}{_in_the_end(scenario)}"


def _reading(rehearsal: Rehearsal, scenario: Scenario) -> str:
    """What the client makes of the file itself."""
    store, reason = rehearsal.store, scenario.decisive_attempt.verdict.reason
    if reason is Reason.FILE_REFUSED:
        fault = refusal(store, scenario.client)
        if fault is None:
            return "reads no folder of certificates"
        return f"refuses the file: {fault.kind.description}{_in_the_end(scenario)}"
    if reason is Reason.FILE_PARTLY_READ:
        return "reads only a part of the file"
    if store.format is Format.FOLDER:
        return "the reading of a folder by hashed names was not measured"
    kinds = ", ".join(dict.fromkeys(fault.kind for fault in store.faults))
    return f"the reading of a file with this fault ({kinds}) was not measured"


def _in_the_end(scenario: Scenario) -> str:
    """What a client of the family prints that reports the last fault, where that is another."""
    client, verdict = scenario.client, scenario.decisive_attempt.verdict
    last = last_text(client, verdict)
    if last is None or client.last_errors is None or last == printed_text(client, verdict):
        return ""
    return f'; {client.last_errors.client} prints "{last}"'


def _not_measured(scenario: Scenario) -> str:
    """The oddities of the path and the chain of which the family's treatment was not measured."""
    requirements = scenario.client.requirements
    asked = (requirements.server, requirements.intermediate, requirements.anchor)
    for view, position in _positions(scenario):
        odd = view.features.oddities[position]
        if unknown := [oddity for oddity in Oddity if oddity in odd & asked[position].unsure]:
            return f"the client's treatment of {view.label} was not measured: {', '.join(unknown)}"
    return "the client's treatment of a certificate of this kind was not measured"


def _positions(scenario: Scenario) -> Iterator[tuple[CertificateView, PathPosition]]:
    """The certificates of the path and of the chain, and where each stands."""
    attempt = scenario.decisive_attempt
    sent = attempt.handshake.certificates
    for view in dict.fromkeys((*sent[:1], *attempt.verdict.path, *sent)):
        if sent and view == sent[0]:
            yield view, PathPosition.SERVER
        else:
            root = view.subject == view.issuer
            yield view, PathPosition.ANCHOR if root else PathPosition.INTERMEDIATE
