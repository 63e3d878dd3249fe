"""Write a policy that today's stores keep: `unpin policy init`."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from unpin.judge.rules.gave_up import gave_up
from unpin.model.errors import NotWrittenError
from unpin.model.finding import Severity
from unpin.policy.project_policy import path_below, pattern_of
from unpin.reports.escaping import in_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from unpin.judge.run import Audit
    from unpin.model.finding import Finding

MONTHS: Final = timedelta(days=90)
"""How long the exceptions of a new policy last."""

_HEAD: Final = """\
# The policy of unpin (docs/policy.md). unpin audit reads it from here and every folder below.
{profile}
# clients = ["psql", "pgjdbc"]   # who reads these stores; default: every usual client
# expires-within = "30d"
fail-on = "error"

# [severity]
# weak-store-protection = "error"

# [[required]]
# certificate = "digicert-global-root-g2"   # a name of unpin catalogue, or a SHA-256
# comment = "why"
"""


def initial_policy(
    audits: Iterable[Audit], profile: str | None, now: datetime, folder: Path
) -> str:
    """A policy for `folder` with an exception for each error of the audits, for 90 days.

    What unpin gave up on has none: no policy accepts it. Raises NotWrittenError where a path of an
    exception cannot stand in TOML.
    """
    line = f'profile = "{profile}"' if profile else '# profile = "azure-postgresql"'
    parts = [_HEAD.format(profile=line)]
    seen = set()
    until = (now + MONTHS).date()
    for audit in audits:
        for finding in audit.findings:
            if finding.severity is not Severity.ERROR or finding.rule == gave_up.ident:
                continue
            path = path_below(folder, finding.location.source)
            lines = _exception(finding, pattern_of(path), until.isoformat())
            if lines not in seen:
                seen.add(lines)
                parts.append("\n".join(("", *lines, "")))
    return "".join(parts)


def _exception(finding: Finding, path: str, until: str) -> Sequence[str]:
    place = finding.location
    if re.search("[\ud800-\udfff]", path):
        raise NotWrittenError(
            f"{place.source}: no policy can name it: the name is no UTF-8",
            "rename it, or leave it out",
        )
    lines = [f"# {visible(finding.message)}", "[[exception]]", f"rule = {_text(finding.rule)}"]
    if place.sha256:
        lines.append(f"certificate = {_text(place.sha256)}")
    lines += [
        f"path = {_text(path)}",
        'owner = "TODO: who moves this"',
        'reason = "TODO: why it is as it is"',
        f"until = {until}",
    ]
    return tuple(lines)


def _text(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON, and which no log obeys."""
    return in_json(json.dumps(value, ensure_ascii=True))
