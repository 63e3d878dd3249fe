"""What the audit says: a finding is data (rule, severity, place, sentence, cure)."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad, worst first: an outage, a risk, a fact worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return (Severity.NOTE, Severity.WARNING, Severity.ERROR).index(self)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is: a store, and the entry in it if it concerns one."""

    source: str
    alias: str | None = None
    index: int | None = None
    """0-based position of the entry in the store."""
    sha256: str | None = None
    line: int | None = None
    file: str | None = None
    label: str | None = None

    @property
    def entry(self) -> str:
        """The entry as a person finds it: its alias, else file or line, else its subject."""
        if self.alias:
            return self.alias
        if self.file is not None:
            return self.file
        if self.line is not None:
            return f"line {self.line}" + (f" ({self.label})" if self.label else "")
        return self.label or ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth knowing.

    `message` says in one sentence what happens to whom; `remedy` what cures it. `clients` are the
    idents of the client families it concerns, empty where it concerns every reader.
    """

    rule: str
    severity: Severity
    location: Location
    message: str
    remedy: str
    clients: tuple[str, ...] = ()
