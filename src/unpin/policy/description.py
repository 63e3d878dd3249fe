"""What a policy says, line by line, and which exceptions have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from unpin.policy.project_policy import ProjectPolicy


def policy_lines(policy: ProjectPolicy, now: datetime) -> Iterator[str]:
    """A line for the policy, for each list, and for each exception."""
    yield f"{policy.source}: a policy that unpin understands"
    general, *paths = policy.scopes
    yield f"profile: {general.profile or 'by the store'}; clients: {general.clients or 'the usual'}"
    for scope in paths:
        set_by = {"profile": scope.profile, "clients": scope.clients}
        said = ", ".join(f"{key} {value}" for key, value in set_by.items() if value is not None)
        severities = counted(len(scope.severities), "severity", "severities")
        yield f"path {scope.match}: {said or severities}"
    for kind, listed in (
        ("required", policy.required), ("allowed", policy.allowed), ("forbidden", policy.forbidden),
    ):  # fmt: skip
        for each in listed:
            yield f"{kind}: {each.name}" + (f" ({each.comment})" if each.comment else "")
    if policy.only_listed:
        yield "only listed certificates are allowed"
    for found in policy.exemptions:
        exemption = found.exemption
        ended = exemption.until < now.date()
        state = "ENDED on" if ended else "until"
        where = "every store" if found.match is None else found.match
        yield (
            f"exception: {exemption.rule} at {where}, {state} {exemption.until:%Y-%m-%d}, "
            f"{exemption.owner}: {exemption.reason}"
        )
