"""`unpin explain`: the page of a rule, or what a client's error message means."""

from unpin.judge.rules import RULES, RULES_BY_IDENT
from unpin.model.errors import UsageError
from unpin.pki.error_explanations import ErrorText, explain_text


def page(words: str | None) -> str:
    """The page of the rule called `words`, what a client means by `words`, or a list of the rules.

    Raises UsageError where they are neither.
    """
    if words is None:
        width = max(len(rule.ident) for rule in RULES)
        return "\n".join(f"{rule.ident:{width}}  {rule.summary}" for rule in RULES)
    if words in RULES_BY_IDENT:
        return f"{words}\n\n{RULES_BY_IDENT[words].page}"
    found = explain_text(words)
    if not found:
        raise UsageError(
            f"neither a rule nor an error message that unpin knows: {words!r}",
            "unpin explain lists the rules; docs/clients.md the messages",
        )
    return "\n\n".join(_meaning(one) for one in found)


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
