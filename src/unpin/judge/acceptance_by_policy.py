"""Apply a policy to findings: its severities, its exemptions, the baseline."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from unpin.judge.rules.gave_up import gave_up
from unpin.model.finding import Finding
from unpin.model.store_policy import NO_STORE_POLICY, StorePolicy

IN_BASELINE: Final = "in the baseline"
"""Why a finding is accepted that was there before."""


def under_policy(
    findings: Iterable[Finding], policy: StorePolicy, now: datetime
) -> Iterator[Finding]:
    """The findings with the severities of the policy, and the reason of those it accepts.

    An exemption that has ended accepts nothing; the message of the finding says when it ended.
    """
    if policy is NO_STORE_POLICY:
        yield from findings
        return
    allowed = {each.sha256: each for each in policy.allowed}
    for finding in findings:
        if finding.rule == gave_up.ident:
            # Nobody can accept what was not judged.
            yield finding
            continue
        severity = policy.severities.get(finding.rule, finding.severity)
        judged = replace(finding, severity=severity)
        listed = allowed.get(finding.location.sha256 or "")
        if listed is not None:
            comment = f": {listed.comment}" if listed.comment else ""
            yield replace(judged, accepted=f"{listed.name} is allowed{comment}")
            continue
        if policy.baseline and finding.key_at(policy.baseline_path) in policy.baseline:
            yield replace(judged, accepted=IN_BASELINE)
            continue
        fitting = [
            each
            for each in policy.exemptions
            if each.rule == finding.rule and each.sha256 in {None, finding.location.sha256}
        ]
        valid = [each for each in fitting if now.date() <= each.until]
        if valid:
            longest = max(valid, key=lambda each: each.until)
            yield replace(judged, accepted=longest.words)
        elif fitting:
            last = max(fitting, key=lambda each: each.until)
            ended = f" (accepted by {last.owner} until {last.until:%Y-%m-%d}, which has passed)"
            yield replace(judged, message=judged.message + ended)
        else:
            yield judged
