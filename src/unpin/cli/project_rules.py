"""The policy and the baseline of an audit, from the options or the nearest policy file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unpin.cli.output import say_note
from unpin.model.finding import Severity
from unpin.model.store_policy import NO_STORE_POLICY
from unpin.model.values import frozen
from unpin.pki.clients import choose_clients, reading_clients
from unpin.policy.policy_file import find_policy, read_policy
from unpin.policy.project_policy import PolicyScope, path_below
from unpin.reports.escaping import in_json
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.catalogue.model import Catalogue
    from unpin.model.finding import Finding
    from unpin.model.store import Store
    from unpin.model.store_policy import StorePolicy
    from unpin.pki.clients.rules import ClientRules
    from unpin.policy.project_policy import ProjectPolicy

_NO_POLICY = "none"
"""The choice of --policy that leaves policy files out."""


@frozen
class ProjectRules:
    """What the project says; both parts may be missing."""

    policy: ProjectPolicy | None
    baseline: frozenset[str]
    baseline_folder: Path = Path()

    @property
    def names_count(self) -> bool:
        """Whether what is said of a store depends on its name."""
        return self.policy is not None or bool(self.baseline)

    @classmethod
    def of(cls, policy: str | None, baseline: Path | None, catalogue: Catalogue) -> ProjectRules:
        """Read the files. Says which policy file was found. Raises PolicyError and others."""
        known: frozenset[str] = frozenset()
        folder = Path()
        if baseline is not None:
            from unpin.policy.baseline import read_baseline

            known, folder = read_baseline(baseline), baseline.parent
        if policy == _NO_POLICY:
            return cls(None, known, folder)
        path = find_policy(Path.cwd()) if policy is None else Path(policy)
        if path is None:
            return cls(None, known, folder)
        if policy is None:
            say_note(f"policy: {path} (--policy none leaves it out)")
        return cls(read_policy(path, catalogue), known, folder)

    @property
    def fail_on(self) -> Severity:
        """The severity that fails, if the call names none."""
        said = None if self.policy is None else self.policy.fail_on
        return said or Severity.ERROR

    def scope(self, source: str) -> PolicyScope:
        """What the policy sets for a store."""
        return PolicyScope() if self.policy is None else self.policy.scope_of(source)

    def differ(self, source: str, other: str) -> bool:
        """Whether the rules for two stores differ."""
        if self.policy is None:
            return False
        scopes = [replace(self.scope(each), match=None) for each in (source, other)]
        return scopes[0] != scopes[1] or self.of_store(source) != self.of_store(other)

    def clients(self, store: Store) -> Sequence[ClientRules]:
        """The clients of the policy that read such a store; () for the default ones."""
        named = self.scope(store.source).clients
        if named is None:
            return ()
        reading = {client.ident for client in reading_clients(store)}
        return tuple(client for client in choose_clients(named) if client.ident in reading)

    def of_store(self, source: str) -> StorePolicy:
        """What the judge needs for a store."""
        found = NO_STORE_POLICY if self.policy is None else self.policy.of_store(source)
        if not self.baseline:
            return found
        path = path_below(self.baseline_folder, source)
        return replace(found, baseline=self.baseline, baseline_path=path)


def write_known_findings(path: Path, findings: Sequence[Finding]) -> None:
    """Write the baseline; an older one is replaced. Raises NotWrittenError."""
    import json

    from unpin.files.replacement import create
    from unpin.policy.baseline import baseline_text

    text = baseline_text(findings, path.parent)
    create(path, str(path), in_json(text).encode(), force=True)
    number = len(json.loads(text)["findings"])
    say_note(f"{counted(number, 'finding is', 'findings are')} in {path}")
