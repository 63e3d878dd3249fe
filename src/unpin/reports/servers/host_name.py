"""The host name that clients dial: which clients find it in the server's certificate."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from unpin.model.values import frozen
from unpin.wording import few, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.pki.path_validation.bearer_names import BearerNames
    from unpin.pki.path_validation.host_names import NameVerdict
    from unpin.reports.reporter import Row

_MOST_NAMES: Final = 3
"""The most clients that are named if all of them agree."""

_CONSEQUENCE: Final = "verify-full fails, verify-ca connects"
"""The sslmode values of libpq and pgJDBC, which say whether a client compares names."""


@frozen
class HostNameReport:
    """The name `host`, the names of the certificate, and the verdict of each client."""

    host: str
    names: BearerNames
    verdicts: Sequence[NameVerdict]

    @property
    def is_wrong(self) -> bool:
        """Whether any client of a supported version refuses the name."""
        return any(
            verdict.accepted is False and verdict.member.current for verdict in self.verdicts
        )

    @property
    def is_unknown(self) -> bool:
        """Whether the verdict of any client of a supported version is unknown."""
        return any(verdict.accepted is None and verdict.member.current for verdict in self.verdicts)

    def lines(self) -> Iterator[str]:
        """Which clients accept or refuse the name, and the names in the certificate instead."""
        words = {True: "right", False: "wrong", None: "unknown"}
        said = {accepted: self._titles(accepted) for accepted in words}
        told = [accepted for accepted in words if said[accepted]]
        if len(told) == 1:
            parts = [f"{words[told[0]]} for {self._everybody()}"]
        else:
            parts = [f"{words[accepted]} for {few(said[accepted])}" for accepted in told]
        yield f"host {self.host}: {'; '.join(parts)}"
        if False in told:
            yield f"the server's certificate names {_spelled(self.names)}"

    def answer(self, connecting: Iterable[str], *, everyone: bool) -> str:
        """The effect of a wrong name on clients that accept the chain; "" if there is none.

        `connecting` are the idents of their families; `everyone` says that no other families were
        rehearsed.
        """
        families = frozenset(connecting)
        asked = [
            verdict
            for verdict in self.verdicts
            if verdict.member.current and verdict.member.families & families
        ]
        wrong = [verdict for verdict in asked if verdict.accepted is False]
        if not wrong:
            return ""
        titles = [verdict.member.title for verdict in wrong]
        whom = "" if wrong == asked else f" for {few(titles)}"
        fine = "chain fine, " if everyone else ""
        return f"{fine}name wrong{whom}: {_CONSEQUENCE}"

    def json_fields(self) -> Row:
        """The name, the names in the certificate, and the verdict of each client."""
        return {
            "host": self.host,
            "certificate_names": list(_names(self.names)),
            "verdicts": [
                {
                    "member": verdict.member.ident,
                    "title": verdict.member.title,
                    "clients": sorted(verdict.member.families),
                    "accepted": verdict.accepted,
                    "current": verdict.member.current,
                }
                for verdict in self.verdicts
            ],
        }

    def _titles(self, accepted: bool | None) -> list[str]:
        return [verdict.member.title for verdict in self.verdicts if verdict.accepted is accepted]

    def _everybody(self) -> str:
        titles = [verdict.member.title for verdict in self.verdicts]
        return listed(titles) if len(titles) <= _MOST_NAMES else "every client rehearsed"


def _spelled(names: BearerNames) -> str:
    found = list(_names(names))
    if names.unreadable:
        return "no host that unpin can read"
    if not found:
        return "no host"
    return few(found)


def _names(names: BearerNames) -> Iterator[str]:
    """The names of SubjectAltName as text; without a SubjectAltName, the common names."""
    for name in names.alternative:
        if isinstance(name, str):
            yield name
        elif len(name) in (4, 16):
            yield str(ipaddress.ip_address(name))
        else:
            yield f"an IP address of {len(name)} octets"
    if not names.alternative:
        for name in names.common_names:
            yield f"CN={name}"
