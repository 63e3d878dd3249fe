"""`unpin explain`: the page of a rule, or what a client's error message means."""

from collections.abc import Sequence

from unpin.judge.rule import Rule
from unpin.pki.error_explanations import ErrorText


def rule_list(rules: Sequence[Rule]) -> str:
    """A line a rule."""
    width = max(len(rule.ident) for rule in rules)
    return "\n".join(f"{rule.ident:{width}}  {rule.summary}" for rule in rules)


def rule_page(rule: Rule) -> str:
    """Everything about a rule, under its ident."""
    return f"{rule.ident}\n\n{rule.page}"


def error_meanings(texts: Sequence[ErrorText]) -> str:
    """A paragraph an error message."""
    return "\n\n".join(map(_meaning, texts))


def _meaning(one: ErrorText) -> str:
    lines = [
        one.text,
        f"  who:    {one.client}",
        f"  cause:  {one.cause}",
        f"  remedy: {one.remedy}",
    ]
    if not one.measured:
        lines.append("  from:   public reports, not measured")
    return "\n".join(lines)
