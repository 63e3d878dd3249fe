"""CycloneDX 1.7, JSON: as 1.6, with serial numbers and the states of certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.reports.formats import cyclonedx
from unpin.reports.pipeline.bill_of_materials import WITH_STATES

if TYPE_CHECKING:
    from unpin.reports.reporter import Rendering, Run


def render(run: Run) -> Rendering:
    """The document of all stores."""
    return cyclonedx.render(run, WITH_STATES)
