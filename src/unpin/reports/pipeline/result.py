"""What the formats for pipelines show of any result: a verdict, and findings in files."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.model.finding import Severity
from unpin.operations.opening import STANDARD_INPUT_NAME
from unpin.reports.blocks import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.model.store import Store

NO_FILES: Final = r"the connection string|this environment|process \d+|DSN"
"""The names of inputs that are no files."""

_NO_CHAIN: Final = "no-chain"
"""The code of the error about a server, which is no file."""

_MEMBER: Final = r"!(?=/|sha256:)"
"""What stands between an archive and its member: app.war!/WEB-INF/trust.jks."""


class FilePlace(NamedTuple):
    """Where a finding is: a file of the pipeline, a member or value in it, and a 1-based line.

    `file` is None for what is no file, such as a server or standard input.
    """

    file: str | None
    member: str = ""
    line: int | None = None


class PipelineFinding(NamedTuple):
    """A finding of any command, or what could not be read.

    `source` is the store, server or input as the user named it. `entry` is the entry for people.
    `subject` tells the finding from others of its rule about the source, whatever the line: a
    SHA-256, an alias, a client. `remedy` is a sentence, `command` is to be pasted; both may be "".
    `unread` says that the source, or a part of it, was not judged. `accepted` says who accepts the
    finding, which is a note then.
    """

    rule: str
    severity: Severity
    source: str
    message: str
    place: FilePlace
    entry: str = ""
    subject: str = ""
    remedy: str = ""
    command: str = ""
    unread: bool = False
    accepted: str = ""

    @property
    def sentence(self) -> str:
        """The message with the entry in front, if it does not name it."""
        said = self.message
        return f"{self.entry}: {said}" if self.entry and self.entry not in said else said

    @property
    def cure(self) -> str:
        """The remedy with its command; "" without a remedy."""
        return f"{self.remedy}: {self.command}" if self.command else self.remedy


class PipelineResult(NamedTuple):
    """A result: what it is about, the verdict in a word, the sentence beside it, the findings."""

    source: str
    verdict: str
    reason: str
    place: FilePlace
    findings: Sequence[PipelineFinding] = ()
    tone: Tone | None = None

    @property
    def mood(self) -> Tone:
        """The tone of the verdict; without one of its own, that of its worst finding."""
        if self.tone is not None:
            return self.tone
        worst = max((each.severity.rank for each in self.findings), default=0)
        return (Tone.GOOD, Tone.DOUBTFUL, Tone.BAD)[worst]


def place_in(source: str, store: Store | None = None, line: int | None = None) -> FilePlace:
    """The place of a store or input by its name; `store` says whether it is a value of a file."""
    if re.fullmatch(NO_FILES, source):
        return FilePlace(None)
    if source == STANDARD_INPUT_NAME or source.startswith(f"{STANDARD_INPUT_NAME}#"):
        return FilePlace(None, source.partition("#")[2], line)
    embedding = None if store is None else store.embedding
    member = ""
    if embedding is not None and source.endswith(f"#{embedding.key}"):
        source, member = source.removesuffix(f"#{embedding.key}"), embedding.key
    if embedding is not None:
        # An entry's line is that of the value; the first line of the value is what is known.
        line = embedding.line
    archive, *inside = re.split(_MEMBER, source, maxsplit=1)
    if inside:
        line = None  # of the member, not of the archive
    return FilePlace(archive, "#".join(filter(None, [*inside, member])), line)


def of_errors(errors: Iterable[UnpinError]) -> Iterator[PipelineFinding]:
    """A finding for each thing that could not be read or done; its rule is the error's code."""
    for error in errors:
        source = error.source or ""
        yield PipelineFinding(
            error.code,
            Severity.ERROR,
            source,
            error.message,
            place_in(source) if source and error.code != _NO_CHAIN else FilePlace(None),
            subject=error.message,
            remedy=error.hint or "",
            unread=True,
        )


def fingerprints(findings: Iterable[PipelineFinding]) -> Iterator[str]:
    """A SHA-256 for each finding, which stays the same when lines move; no two are the same."""
    seen: dict[tuple[str, ...], int] = {}
    for finding in findings:
        file, member, _ = finding.place
        what = (finding.rule, file or finding.source, member, finding.subject or finding.entry)
        number = seen[what] = seen.get(what, 0) + 1
        text = "\0".join((*what, str(number)))
        yield sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def worst_first(findings: Iterable[PipelineFinding]) -> list[PipelineFinding]:
    """What was not judged, then the errors, warnings and notes, else in their order."""
    return sorted(findings, key=lambda each: (not each.unread, -each.severity.rank))


def tally(findings: Iterable[PipelineFinding]) -> str:
    """How many findings of which severity: "2 errors, 1 note"."""
    from unpin.wording import counted

    number = dict.fromkeys(Severity, 0)
    for finding in findings:
        number[finding.severity] += 1
    said = [counted(many, kind, f"{kind}s") for kind, many in number.items() if many]
    return ", ".join(said) or "no finding"
