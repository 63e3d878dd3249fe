"""`unpin explain`: the page of a rule, or the meaning of a client's error message."""

from collections.abc import Sequence

from unpin.judge.rule import Rule
from unpin.pki.error_explanations import ErrorText


def rule_list(rules: Sequence[Rule]) -> str:
    """The idents and summaries of the rules, one per line."""
    width = max(len(rule.ident) for rule in rules)
    return "\n".join(f"{rule.ident:{width}}  {rule.summary}" for rule in rules)


def rule_page(rule: Rule) -> str:
    """The ident of a rule, and its page."""
    return f"{rule.ident}\n\n{rule.page}"


def error_meanings(texts: Sequence[ErrorText]) -> str:
    """A paragraph for each error message."""
    return "\n\n".join(map(_meaning, texts))


def _meaning(text: ErrorText) -> str:
    lines = [
        text.text,
        f"  who:    {text.client}",
        f"  cause:  {text.cause}",
        f"  remedy: {text.remedy}",
    ]
    if not text.measured:
        lines.append("  from:   public reports, not measured")
    return "\n".join(lines)
