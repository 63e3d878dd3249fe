"""The shape of a rule: one decorated generator per file, whose docstring is its page."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from unpin.judge.context import AuditContext
from unpin.model.finding import Finding

Check: TypeAlias = Callable[[AuditContext], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its ident (kebab case), its page, and the function that finds."""

    ident: str
    page: str
    check: Check

    @property
    def summary(self) -> str:
        """The page's first sentence."""
        return self.page.split("\n\n", 1)[0].replace("\n", " ")


def rule(ident: str) -> Callable[[Check], Rule]:
    """Turn a check into the Rule `ident`; the check's docstring becomes the page."""

    def wrap(check: Check) -> Rule:
        return Rule(ident, inspect.cleandoc(check.__doc__ or ""), check)

    return wrap
