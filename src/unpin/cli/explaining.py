"""`unpin explain`: the page of a rule."""

from unpin.judge.rules import RULES
from unpin.model.errors import UsageError


def page(ident: str | None) -> str:
    """The page of rule `ident`, or a list of all. Raises UsageError for an unknown one."""
    if ident is None:
        width = max(len(rule.ident) for rule in RULES)
        return "\n".join(f"{rule.ident:{width}}  {rule.summary}" for rule in RULES)
    for rule in RULES:
        if rule.ident == ident:
            return f"{rule.ident}\n\n{rule.page}"
    raise UsageError(f"no rule is called {ident!r}", "unpin explain lists them all")
