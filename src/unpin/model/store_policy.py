"""What a project's policy says about a store: certificates, severities, exemptions with an end."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from unpin.model.finding import Severity
from unpin.model.values import frozen


@frozen
class ListedCertificate:
    """A certificate that a policy names: its SHA-256 (hexadecimal), its name, and why."""

    sha256: str
    name: str
    comment: str


@frozen
class Exemption:
    """Findings that are accepted up to and including the day `until`.

    `rule` is an ident, `sha256` that of a certificate, or None for any.
    """

    rule: str
    sha256: str | None
    owner: str
    reason: str
    until: date

    @property
    def words(self) -> str:
        """Who accepted it, until when and why."""
        return f"accepted until {self.until:%Y-%m-%d} by {self.owner}: {self.reason}"


@frozen
class StorePolicy:
    """What holds for one store. `only_listed` forbids every certificate that is not listed.

    `severities` replace those of the rules, by ident. `baseline` has the keys of findings that were
    there before (`Finding.key_at` of
    `baseline_path`, the path of the store from the folder of the baseline).
    """

    required: tuple[ListedCertificate, ...] = ()
    allowed: tuple[ListedCertificate, ...] = ()
    forbidden: tuple[ListedCertificate, ...] = ()
    only_listed: bool = False
    severities: Mapping[str, Severity] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()
    baseline: frozenset[str] = frozenset()
    baseline_path: str = ""


NO_STORE_POLICY = StorePolicy()
"""What holds without a policy."""
