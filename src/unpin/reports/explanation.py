"""`unpin explain`: the page of a rule, or the meaning of a client's error message."""

from collections.abc import Mapping, Sequence

from unpin.judge.rule import Rule
from unpin.pki.clients.rules import ClientRules
from unpin.pki.error_texts.model import ErrorText
from unpin.pki.error_texts.search import Found
from unpin.reports.escaping import TerminalText, on_lines, on_terminal
from unpin.reports.own_verdicts import OwnVerdict
from unpin.wording import counted


def rule_list(rules: Sequence[Rule]) -> TerminalText:
    """The idents and summaries of the rules, one per line."""
    width = max(len(rule.ident) for rule in rules)
    return on_lines(on_terminal(f"{rule.ident:{width}}  {rule.summary}") for rule in rules)


def rule_page(rule: Rule) -> TerminalText:
    """The ident of a rule, and its page."""
    return on_lines(map(on_terminal, [rule.ident, "", *rule.page.split("\n")]))


def client_list(
    clients: Sequence[ClientRules], programs: Mapping[str, Sequence[str]]
) -> TerminalText:
    """A paragraph for each family: its ident and title, who belongs to it, names for --client."""
    return _paragraphs([_client(client, programs) for client in clients])


def _client(client: ClientRules, programs: Mapping[str, Sequence[str]]) -> list[str]:
    names = [name for name, idents in programs.items() if client.ident in idents]
    said = [f"{client.ident}: {client.title}", f"  who:   {client.who}"]
    if names:
        said.append(f"  names: {', '.join(names)}")
    if client.model is None:
        said.append("  unpin has no rules for it: every outcome is unknown")
    return said


def error_meanings(texts: Sequence[ErrorText]) -> TerminalText:
    """A paragraph for each error message."""
    return _paragraphs([_meaning(text) for text in texts])


def possible_meanings(piece: str, texts: Sequence[ErrorText]) -> TerminalText:
    """The messages of which `piece` is a part."""
    title = f"{piece!r} is part of {counted(len(texts), 'message', 'messages')} that unpin knows:"
    return _paragraphs([[title], *(_meaning(text) for text in texts)])


def verdict_meanings(verdicts: Sequence[OwnVerdict]) -> TerminalText:
    """A paragraph for each verdict of unpin itself."""
    return _paragraphs(
        [
            [
                each.word,
                f"  who:    {each.command}",
                f"  cause:  {each.meaning}",
                f"  remedy: {each.remedy}",
            ]
            for each in verdicts
        ]
    )


def log_meanings(found: Sequence[Found]) -> TerminalText:
    """A paragraph for each message of a log, with its line."""
    return _paragraphs([[f"line {line}:", *_meaning(text)] for line, text in found])


def _paragraphs(paragraphs: Sequence[Sequence[str]]) -> TerminalText:
    lines = (
        line
        for number, paragraph in enumerate(paragraphs)
        for line in (["", *paragraph] if number else paragraph)
    )
    return on_lines(map(on_terminal, lines))


def _meaning(text: ErrorText) -> list[str]:
    said = [
        text.text,
        f"  who:    {text.client}",
        f"  cause:  {text.cause.sentence}",
        f"  remedy: {text.cause.remedy}",
    ]
    if not text.measured:
        said.append("  from:   public reports or the client's source, not measured")
    return said
