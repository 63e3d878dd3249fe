"""`unpin explain`: the page of a rule, or the meaning of a client's error message."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from unpin.model.errors import UsageError
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.reports.escaping import TerminalText


def explain(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT...",
            help="Rule or error message; - reads a log from standard input. Without it, unpin "
            "lists the rules.",
        ),
    ] = None,
    clients: Annotated[
        bool,
        typer.Option("--clients", help="List the client families, and the programs of each."),
    ] = False,
) -> None:
    """Explain a rule, or an error message of a client."""
    from unpin.cli.bridges import hint_for_file
    from unpin.cli.output import say, terminal
    from unpin.reports.formats.table import fitted

    # Not Path.is_file, which raises OSError for a stack trace: it is too long for a file name.
    if what and len(what) == 1 and what != ["-"] and os.path.isfile(what[0]):  # noqa: PTH113
        raise UsageError(f"{what[0]}: this is a file", hint_for_file(Path(what[0])))
    if clients:
        page = _client_page()
    else:
        page = _log_page() if what == ["-"] else _page(_COLOUR.sub("", " ".join(what or ())))
    say(fitted(page, terminal()))


def _page(words: str) -> "TerminalText":
    """The text to print. Raises UsageError if `words` are neither a rule nor a known message."""
    from unpin.judge.rules import RULES, RULES_BY_IDENT
    from unpin.pki.error_texts.search import explain_text, texts_with
    from unpin.reports import explanation
    from unpin.reports.own_verdicts import own_verdicts

    if not words:
        return explanation.rule_list(RULES)
    if words in RULES_BY_IDENT:
        return explanation.rule_page(RULES_BY_IDENT[words])
    if found := explain_text(words):
        return explanation.error_meanings(found)
    if verdicts := own_verdicts(words):
        return explanation.verdict_meanings(verdicts)
    if possible := texts_with(words):
        return explanation.possible_meanings(words, possible)
    if re.fullmatch(_FILE_NAME, words):
        raise UsageError(
            f"{words}: no such file, rule or error message",
            "to read a log: unpin explain - < FILE",
        )
    raise UsageError(f"unknown rule or error message {words!r}", _HINT)


def _client_page() -> "TerminalText":
    from unpin.pki.client_programs import PROGRAMS
    from unpin.pki.clients import CLIENTS
    from unpin.reports import explanation

    return explanation.client_list(CLIENTS, PROGRAMS)


def _log_page() -> "TerminalText":
    """What the messages in standard input mean. Raises UsageError if unpin knows none of them."""
    from unpin.files.reading import read_standard_input, written_text
    from unpin.pki.error_texts.search import explain_log
    from unpin.reports import explanation
    from unpin.reports.own_verdicts import own_verdicts

    lines = _COLOUR.sub("", written_text(read_standard_input())).splitlines()
    read = counted(len(lines), "line", "lines")
    if found := explain_log(lines):
        return explanation.log_meanings(found)
    if verdicts := own_verdicts("\n".join(lines)):
        return explanation.verdict_meanings(verdicts)
    raise UsageError(f"standard input has no message that unpin knows ({read})", _HINT)


_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,40}m")
"""What a log has around a message that a terminal shows in colour."""

_HINT: Final = "unpin explain lists the rules, docs/error-texts.md the error messages"

_FILE_NAME: Final = r"\S*/\S+|\S+\.(log|txt|out|err|gz|xz|bz2|zst|pem|crt|jks|p12|json|yaml|yml)"
"""A path, or a name with the extension of a log or of a store."""
