"""What a pipeline is told of a rule: a sentence, and the page if the rule has one."""

from __future__ import annotations

from typing import Final, NamedTuple

from unpin.reports.pipeline.of_rehearsals import (
    BLOCKING_ENTRY,
    CLIENT_FAILS,
    CLIENT_UNKNOWN,
    REFUSED_NAME,
    SERVER_UNUSUAL,
    STORE_DIFFERS,
    UNDECIDED_NAME,
)
from unpin.reports.pipeline.of_stores import FIX_DUE, NOT_CURED

_SUMMARIES: Final = {
    CLIENT_FAILS: "A client does not connect, today or after the rotation.",
    CLIENT_UNKNOWN: "Whether a client connects is not known.",
    BLOCKING_ENTRY: "An entry of the store makes clients fail on other servers.",
    REFUSED_NAME: "The server's certificate does not have the name that clients dial.",
    UNDECIDED_NAME: "Whether clients find the name in the server's certificate is not known.",
    SERVER_UNUSUAL: "Clients of today may refuse the handshake of the server.",
    STORE_DIFFERS: "Two stores differ.",
    FIX_DUE: "The store needs a change, which unpin fix can write.",
    NOT_CURED: "A fix does not cure the store.",
    "affected": "The rotation ends the connection.",
    "affected-silently": "The rotation ends the verification: the client falls back to plaintext.",
    "broken-config": "The configuration does not connect, whatever the rotation does.",
    "not-verified": "The client does not verify the server: it connects to anybody.",
    "missing-store": "A store that is referred to does not exist.",
    "no-store": "What is referred to as a store is none.",
    "pin-in-code": "Code pins a certificate, a key or the name of a CA.",
    "leaf-pin-in-configuration": "A client accepts a single server certificate.",
    "store-never-read": "A store is named for a client that never reads it.",
    "root-of-distribution": "A client reads the file of a single CA of the distribution.",
    "unverified-download": "A certificate is downloaded without verifying the server.",
    "not-known": "What the rotation does to the connection is not known.",
}


class RuleText(NamedTuple):
    """A rule in a sentence, and its page in Markdown; "" without a page."""

    summary: str
    page: str = ""


def rule_text(ident: str, *, unread: bool = False) -> RuleText:
    """The text of a rule of any command; `unread`: `ident` may be the code of an error."""
    if ident in _SUMMARIES:
        return RuleText(_SUMMARIES[ident])
    from unpin.judge.rules import RULES

    for rule in RULES:
        if rule.ident == ident:
            return RuleText(rule.summary, rule.page)
    words = ident.replace("-", " ")
    if unread:
        return RuleText(f"Not read or not judged: {words}.")
    return RuleText(f"{words[:1].upper()}{words[1:]}.")
