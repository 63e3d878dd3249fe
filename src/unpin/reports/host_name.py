"""The name that clients dial: for whom the server's certificate bears it, and for whom not."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from unpin.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.pki.path_validation.bearer_names import BearerNames
    from unpin.pki.path_validation.host_names import NameVerdict
    from unpin.reports.reporter import Row

_MOST_NAMES: Final = 5
"""Most names of a certificate that a line lists."""

_CONSEQUENCE: Final = "verify-full fails, verify-ca connects"
"""In the words of libpq and pgJDBC: sslmode says whether a client compares names."""


@dataclass(frozen=True, slots=True)
class HostNameReport:
    """The name `host`, the names of the certificate, and what each member of the clients says."""

    host: str
    names: BearerNames
    verdicts: Sequence[NameVerdict]

    @property
    def is_wrong(self) -> bool:
        """Whether a client of a supported version refuses the name."""
        return any(one.accepted is False and one.member.current for one in self.verdicts)

    @property
    def is_unknown(self) -> bool:
        """Whether of a client of a supported version that is not known."""
        return any(one.accepted is None and one.member.current for one in self.verdicts)

    def lines(self) -> Iterator[str]:
        """For whom the name is right, wrong or unknown; what the certificate names instead."""
        words = {True: "right", False: "wrong", None: "unknown"}
        said = {accepted: self._titles(accepted) for accepted in words}
        told = [accepted for accepted in words if said[accepted]]
        if len(told) == 1:
            parts = [f"{words[told[0]]} for {self._everybody()}"]
        else:
            parts = [f"{words[one]} for {listed(said[one])}" for one in told]
        yield f"host {self.host}: {'; '.join(parts)}"
        if False in told:
            yield f"the server's certificate names {_spelled(self.names)}"

    def answer(self, connecting: Iterable[str], *, everyone: bool) -> str:
        """What follows from a wrong name for clients whose chain is fine; "" where nothing does.

        `connecting` are the idents of their families; `everyone` says that no other was asked.
        """
        families = frozenset(connecting)
        asked = [
            one for one in self.verdicts if one.member.current and one.member.families & families
        ]
        wrong = [one for one in asked if one.accepted is False]
        if not wrong:
            return ""
        whom = "" if wrong == asked else f" for {listed(one.member.title for one in wrong)}"
        fine = "chain fine, " if everyone else ""
        return f"{fine}name wrong{whom}: {_CONSEQUENCE}"

    def json_fields(self) -> Row:
        """The name, the names in the certificate, and a verdict a member."""
        return {
            "host": self.host,
            "certificate_names": list(_names(self.names)),
            "verdicts": [
                {
                    "member": one.member.ident,
                    "title": one.member.title,
                    "clients": sorted(one.member.families),
                    "accepted": one.accepted,
                    "current": one.member.current,
                }
                for one in self.verdicts
            ],
        }

    def _titles(self, accepted: bool | None) -> list[str]:
        return [one.member.title for one in self.verdicts if one.accepted is accepted]

    def _everybody(self) -> str:
        titles = [one.member.title for one in self.verdicts]
        return listed(titles) if len(titles) <= _MOST_NAMES else "every client rehearsed"


def _spelled(names: BearerNames) -> str:
    found = list(_names(names))
    if names.unreadable:
        return "nobody that unpin can read"
    if not found:
        return "no host"
    more = len(found) - _MOST_NAMES
    return listed([*found[:_MOST_NAMES], *([f"{more} more"] if more > 0 else [])])


def _names(names: BearerNames) -> Iterator[str]:
    """The names of SubjectAltName as text; the CNs where there is none."""
    for name in names.alternative:
        if isinstance(name, str):
            yield ascii(name)[1:-1]
        elif len(name) in (4, 16):
            yield str(ipaddress.ip_address(name))
        else:
            yield f"an IP address of {len(name)} octets"
    if not names.alternative:
        for name in names.common_names:
            yield f"CN={ascii(name)[1:-1]}"
