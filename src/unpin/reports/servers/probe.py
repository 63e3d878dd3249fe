"""`unpin probe`: what a server sends, and which clients accept it with which store."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.catalogue.model import Phase
from unpin.model.values import frozen
from unpin.network.stapled_ocsp import stapled_response
from unpin.network.suite_strength import is_weak_suite
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.rehearsal.sent_chain import SentForm
from unpin.reports.blocks import Answer, Command, Headline, Notes, Table, Title, Tone, Toned
from unpin.reports.names import store_title
from unpin.reports.rehearsal import attempt_rows
from unpin.reports.rehearsal_wording import (
    CONNECTS,
    FAILS,
    UNKNOWN,
    agreement,
    answer,
    causes,
    cells,
    headings,
    reasons,
    remarks,
)
from unpin.reports.servers.probe_fields import (
    probed_server_fields,
    probed_store_fields,
    sent_certificate_fields,
)
from unpin.wording import counted, few, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.catalogue.model import Catalogue
    from unpin.network.cipher_suites import AcceptedSuites
    from unpin.network.samples import SampledChains
    from unpin.network.server_address import ServerAddress
    from unpin.network.tls import TlsSession, VersionAnswer
    from unpin.rehearsal.scenarios import Rehearsal
    from unpin.rehearsal.sent_chain import SentCertificate, SentChain
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row
    from unpin.reports.servers.host_name import HostNameReport

_CHAIN: Final = ("#", "certificate", "role", "expires", "catalogue")
_STORES: Final = ("store", CONNECTS, "fails", UNKNOWN, "why")
_MOST_SUITES: Final = 8
"""Suites of a version on a page; JSON has all."""
_MOST_BLOCKS: Final = 3
"""Stores that have a block each; more have a row each."""

_PHASES: Final = {
    Phase.TODAY: "until the rotation",
    Phase.AFTER: "after the rotation",
    Phase.BOTH: "before and after the rotation",
}


@frozen
class ProbeReport:
    """A server, its TLS session and chain, and the rehearsals of the chain with each store.

    `versions` and `suites` are empty if they were not asked for; `not_offered` are the kinds of
    suites that the library lacks. `sampled` has this chain alone, and is None without --samples.
    `name` is None if no store was rehearsed.
    `named` says that the user named the clients: then an unknown verdict on the name counts, too.
    `of_machine` says that the stores are those of this machine: then each has a row.
    """

    server: ServerAddress
    session: TlsSession
    versions: Sequence[VersionAnswer]
    suites: Sequence[AcceptedSuites]
    sent: SentChain
    name: HostNameReport | None
    rehearsals: Sequence[Rehearsal]
    catalogue: Catalogue
    sampled: SampledChains | None
    not_offered: Sequence[str]
    named: bool
    of_machine: bool

    title: ClassVar[str] = "unpin probe"
    json_key: ClassVar[str] = "servers"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "address", "protocol", "version", "cipher", "store", "client", "chain", "shape",
        "phase", "issuing", "accepted", "reason", "error", "anchor", "path", "at",
    )  # fmt: skip

    @property
    def outcomes(self) -> set[RotationOutcome]:
        """The outcomes of every client with every store."""
        return {
            rehearsal.outcome(client)
            for rehearsal in self.rehearsals
            for client in rehearsal.clients
        }

    @property
    def gave_up(self) -> bool:
        """Whether unpin gave up on a handshake: then the outcome is worthless."""
        return any(rehearsal.gave_up for rehearsal in self.rehearsals)

    def text(self) -> Iterator[Block]:
        """The verdict, the chain as it was sent, what else was seen, and the stores."""
        yield Title((self._title(),))
        verdict = self.verdict()
        yield Headline(verdict, self.answer())
        yield Table(_CHAIN, [self._row(*each) for each in enumerate(self.sent.certificates, 1)])
        yield Notes(tuple(self._notes()))
        if self.of_machine or len(self.rehearsals) > _MOST_BLOCKS:
            if self.rehearsals:
                yield Table(_STORES, [_store_cells(each) for each in self.rehearsals])
                yield from self._next_step()
            return
        for rehearsal in self.rehearsals:
            yield Title((store_title(rehearsal.store),))
            if len(self.rehearsals) > 1:
                yield Answer(answer(rehearsal))
            agreed = agreement(rehearsal)
            if not agreed:
                yield Table(headings(rehearsal), cells(rehearsal))
            lines = [*([agreed] if agreed else []), *reasons(rehearsal), *remarks(rehearsal)]
            if lines:
                yield Notes(tuple(lines))

    markdown = text

    def json_fields(self) -> Row:
        """The server with its certificates, and each store with its handshakes."""
        return {
            **probed_server_fields(self),
            "certificates": [sent_certificate_fields(each) for each in self.sent.certificates],
            "stores": [
                {**probed_store_fields(each), "handshakes": list(attempt_rows(each))}
                for each in self.rehearsals
            ],
        }

    def json_lines(self) -> Iterator[Row]:
        """A line for the server, and for each certificate, store and handshake."""
        yield {"type": "server", **probed_server_fields(self)}
        server = {"server": self.server.title}
        for certificate in self.sent.certificates:
            yield {"type": "sent-certificate", **server, **sent_certificate_fields(certificate)}
        for rehearsal in self.rehearsals:
            yield {"type": "probed-store", **server, **probed_store_fields(rehearsal)}
            for row in attempt_rows(rehearsal):
                yield {"type": "probed-handshake", **server, **row}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each handshake; a row for the server if no store was rehearsed."""
        seen = {
            "address": self.session.address,
            "protocol": str(self.server.protocol),
            "version": self.session.version,
            "cipher": self.session.cipher,
        }
        for rehearsal in self.rehearsals:
            for row in attempt_rows(rehearsal):
                yield {**row, **seen, "source": self.server.title, "store": row["source"]}
        if not self.rehearsals:
            yield {"source": self.server.title, **seen}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import rehearsal_pictures

        for rehearsal in self.rehearsals[:_MOST_BLOCKS]:
            yield from rehearsal_pictures(rehearsal, None)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_rehearsals import of_probe

        return of_probe(self)

    def _title(self) -> str:
        seen = (self.server.protocol.label, self.session.version, self.session.cipher)
        title = f"{self.server.title}: {', '.join(dict.fromkeys(seen))}"
        if self.sampled is None:
            return title
        (chain,) = self.sampled.chains
        places = few(chain.addresses)
        share = f"{chain.seen} of {self.sampled.connections} connections"
        return f"{title}; this chain in {share} ({places})"

    def verdict(self) -> Toned:
        """What the clients do, in a word."""
        if not self.rehearsals:
            return Toned("NO STORE", Tone.NEUTRAL)
        if self.outcomes & FAILING or (self.name is not None and self.name.is_wrong):
            return Toned("FAILS", Tone.BAD)
        outcomes = self.outcomes
        unknown = RotationOutcome.UNKNOWN in outcomes
        decides = unknown and (self.named or len(outcomes) == 1)
        if decides or self.session.unusual or self._doubts_the_name():
            return Toned("UNKNOWN", Tone.DOUBTFUL)
        return Toned("CONNECTS", Tone.GOOD)

    def _doubts_the_name(self) -> bool:
        return self.named and self.name is not None and self.name.is_unknown

    def _own_doubts(self) -> list[str]:
        """What the server asks of clients beside trust in its chain."""
        doubts = []
        if self.session.unusual:
            doubts.append(
                "clients of today may refuse the handshake: the server takes "
                f"{self.session.version} with {self.session.cipher}, and nothing that OpenSSL "
                "offers by default"
            )
        if self.session.refusal is not None:
            doubts.append("the server refuses clients without a client certificate")
        return doubts

    def answer(self) -> str:
        """Who connects with which store, and the effect of a wrong name."""
        if not self.rehearsals:
            return "no store was rehearsed; --store FILE names the store that the client reads"
        if len(self.rehearsals) == 1:
            (rehearsal,) = self.rehearsals
            said = f"with {rehearsal.store.source}: {answer(rehearsal)}"
        else:
            bad = [each for each in self.rehearsals if len(_connecting(each)) < len(each.clients)]
            stores = counted(len(self.rehearsals), "store", "stores")
            names = few([each.store.source for each in bad])
            if len(bad) == len(self.rehearsals):
                said = f"not every client connects with {names}"
            else:
                said = f"every client connects with {len(self.rehearsals) - len(bad)} of {stores}"
                said += f", not with {names}" if bad else ""
        parts = (said, self._wrong_name(), *self._own_doubts())
        return "; ".join(part for part in parts if part)

    def _wrong_name(self) -> str:
        """The effect of a wrong name on clients that accept the chain; "" without."""
        if self.name is None:
            return ""
        if self._doubts_the_name() and not self.name.is_wrong:
            return f"not known whether they find the name {self.name.host} in the certificate"
        connecting = {ident for each in self.rehearsals for ident in _connecting(each)}
        return self.name.answer(connecting, everyone=False)

    def _row(self, position: int, certificate: SentCertificate) -> list[Cell]:
        fields, label = certificate.certificate.fields, certificate.certificate.label
        return [
            str(position),
            label,
            str(certificate.role),
            f"{fields.not_after:%Y-%m-%d}",
            "yes" if certificate.name == label else certificate.name or "",
        ]

    def _notes(self) -> Iterator[str]:
        yield f"chain: {self._chain_in_words()}"
        if forms := [form.sentence for form in self.sent.forms]:
            yield f"form: {'; '.join(forms)}"
        if SentForm.SERVER_ONLY in self.sent.forms:
            issuer = self.sent.missing
            yield f"its issuer {issuer} is missing: the server has to send it, unless it is a root"
        elif self.sent.missing is not None:
            yield f"the last certificate of the path is by {self.sent.missing}, which is not sent"
        yield from () if self.name is None else self.name.lines()
        if self.session.wants_certificate:
            refused = (
                "" if self.session.refusal is None else f"; without it: {self.session.refusal}"
            )
            yield f"the server asks for a client certificate, and unpin has none{refused}"
        else:
            yield "the server asks for no client certificate in the handshake"
        if self.session.alpn is not None:
            yield f"ALPN: {self.session.alpn}"
        yield f"address: {self.session.address}"
        if self.versions:
            yield f"TLS versions: {'; '.join(self._versions_in_words())}"
        yield from self._suites_in_words()
        yield from self._ocsp_in_words()

    def _suites_in_words(self) -> Iterator[str]:
        """A line for the suites of each version, and those that unpin cannot offer."""
        for each in self.suites:
            names = few(each.suites, _MOST_SUITES) or "none found"
            weak = few([suite for suite in each.suites if is_weak_suite(suite)])
            said = f"{each.version} suites: {names}" + (f"; weak: {weak}" if weak else "")
            yield said + (f"; perhaps more: {each.missing}" if each.missing else "")
        if self.suites and self.not_offered:
            yield f"not known: {listed(self.not_offered)}, which the local OpenSSL cannot offer"

    def _ocsp_in_words(self) -> Iterator[str]:
        response = stapled_response(self.session.ocsp)
        if response is not None:
            until = response.next_update
            said = f"OCSP response stapled: {response.status}"
            yield said + (f", until {until:%Y-%m-%d %H:%M} UTC" if until else "")

    def _next_step(self) -> Iterator[Block]:
        """What to do about the stores with which a client fails."""
        failing = [each for each in self.rehearsals if len(_connecting(each)) < len(each.clients)]
        if not failing:
            return
        first = shlex.quote(failing[0].store.source)
        yield Notes(("what each client prints:",))
        yield Command(f"unpin probe --store {first} {shlex.quote(self.server.title)}")
        if self.sent.chains:
            yield Notes(("the roots of this service in a store:",))
            yield Command(f"unpin fix {first}")
        elif self.sent.missing is not None:
            root = f"the root above {self.sent.missing}, or that CA itself if it is the root"
            yield Notes((f"{root}, belongs into the store: unpin fix --root FILE {first}",))

    def _chain_in_words(self) -> str:
        chains = self.sent.chains
        if not chains:
            return f"not in the catalogue {self.catalogue.name}"
        names = " or ".join(chain.name for chain in chains)
        phases = listed(dict.fromkeys(_PHASES[chain.served] for chain in chains))
        said = f"{names} in the catalogue {self.catalogue.name}, served {phases}"
        if len(self.sent.certificates) == 1:
            said += ", by the issuer of the server certificate"
        ending = {chain.name for chain in chains if chain.served is Phase.TODAY}
        profiles = [each.name for each in self.catalogue.profiles if ending & set(each.chains)]
        if profiles and all(
            scenario.phase is Phase.BOTH for each in self.rehearsals for scenario in each.scenarios
        ):
            said += f"; --profile {profiles[0]} also rehearses the chains after the rotation"
        return said

    def _versions_in_words(self) -> Iterator[str]:
        for accepted, word in ((True, "accepted"), (False, "refused")):
            found = [each.version for each in self.versions if each.accepted is accepted]
            if found:
                yield f"{listed(found)} {word}"
        for each in self.versions:
            if each.accepted is None:
                yield f"{each.version} not known ({each.reason})"


def _connecting(rehearsal: Rehearsal) -> set[str]:
    """The idents of the clients that connect."""
    return {
        client.ident
        for client in rehearsal.clients
        if rehearsal.outcome(client) is RotationOutcome.SURVIVES
    }


def _store_cells(rehearsal: Rehearsal) -> list[Cell]:
    """The store, and the clients by outcome; "every client" where all agree."""
    groups: dict[str, list[str]] = {CONNECTS: [], FAILS: [], UNKNOWN: []}
    for client in rehearsal.clients:
        outcome = rehearsal.outcome(client)
        word = FAILS if outcome in FAILING else UNKNOWN
        groups[CONNECTS if outcome is RotationOutcome.SURVIVES else word].append(client.title)
    tones = {CONNECTS: Tone.GOOD, FAILS: Tone.BAD, UNKNOWN: Tone.DOUBTFUL}
    everybody = len(rehearsal.clients)
    return [
        rehearsal.store.source,
        *(
            Toned("every client" if len(titles) == everybody > 1 else few(titles), tones[word])
            for word, titles in groups.items()
        ),
        few(causes(rehearsal)),
    ]
