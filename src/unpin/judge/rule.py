"""The shape of a rule: a decorated generator in a module of its own; its docstring is its page."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from unpin.judge.context import AuditContext
from unpin.model.finding import Finding, Location, Remedy, Severity
from unpin.model.values import frozen
from unpin.pki.clients.rules import ClientRules

Check: TypeAlias = Callable[[AuditContext], Iterator[Finding]]


@frozen
class Rule:
    """A rule: its ident (kebab case), its page, and the function that finds.

    `breaking` says that an entry with an error of this rule makes clients fail, now or when the
    CA changes. `curable` says that `unpin fix` may cure findings of this rule; the
    remedy of a finding says whether it may cure that finding.
    """

    ident: str
    page: str
    check: Check
    breaking: bool = False
    curable: bool = False

    @property
    def summary(self) -> str:
        """The page's first sentence."""
        return self.page.split("\n\n", 1)[0].replace("\n", " ")

    def finding(
        self,
        severity: Severity,
        location: Location,
        message: str,
        remedy: Remedy,
        clients: Iterable[ClientRules] = (),
    ) -> Finding:
        """A finding of this rule; without `clients` it concerns every reader of the store."""
        idents = tuple(client.ident for client in clients)
        return Finding(self.ident, severity, location, message, remedy, idents)


def rule(ident: str, *, breaking: bool = False, curable: bool = False) -> Callable[[Check], Rule]:
    """Turn a check into the Rule `ident`; the check's docstring becomes the page."""

    def wrap(check: Check) -> Rule:
        return Rule(ident, inspect.cleandoc(check.__doc__ or ""), check, breaking, curable)

    return wrap
