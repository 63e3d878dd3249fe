"""`unpin explain`: the page of a rule, or the meaning of a client's error message."""

from collections.abc import Sequence

from unpin.judge.rule import Rule
from unpin.pki.error_explanations import ErrorText
from unpin.reports.escaping import TerminalText, on_lines, on_terminal


def rule_list(rules: Sequence[Rule]) -> TerminalText:
    """The idents and summaries of the rules, one per line."""
    width = max(len(rule.ident) for rule in rules)
    return on_lines(on_terminal(f"{rule.ident:{width}}  {rule.summary}") for rule in rules)


def rule_page(rule: Rule) -> TerminalText:
    """The ident of a rule, and its page."""
    return on_lines(map(on_terminal, [rule.ident, "", *rule.page.split("\n")]))


def error_meanings(texts: Sequence[ErrorText]) -> TerminalText:
    """A paragraph for each error message."""
    paragraphs = (
        ["", *_meaning(text)] if number else _meaning(text) for number, text in enumerate(texts)
    )
    return on_lines(on_terminal(line) for paragraph in paragraphs for line in paragraph)


def _meaning(text: ErrorText) -> list[str]:
    said = [
        text.text,
        f"  who:    {text.client}",
        f"  cause:  {text.cause}",
        f"  remedy: {text.remedy}",
    ]
    if not text.measured:
        said.append("  from:   public reports, not measured")
    return said
