"""`unpin explain`: the page of a rule, or the meaning of a client's error message."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from unpin.reports.escaping import TerminalText


def explain(
    what: Annotated[
        str | None,
        typer.Argument(help="Rule or error message. Without it, unpin lists the rules."),
    ] = None,
) -> None:
    """Explain a rule, or an error message of a client."""
    from unpin.cli.output import say

    say(_page(what))


def _page(words: str | None) -> "TerminalText":
    """The text to print. Raises UsageError if `words` are neither a rule nor a known message."""
    from unpin.judge.rules import RULES, RULES_BY_IDENT
    from unpin.model.errors import UsageError
    from unpin.pki.error_explanations import explain_text
    from unpin.reports import explanation

    if words is None:
        return explanation.rule_list(RULES)
    if words in RULES_BY_IDENT:
        return explanation.rule_page(RULES_BY_IDENT[words])
    found = explain_text(words)
    if not found:
        raise UsageError(
            f"unpin knows no rule and no error message {words!r}",
            "unpin explain lists the rules, docs/clients.md the error messages",
        )
    return explanation.error_meanings(found)
