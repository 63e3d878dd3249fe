"""CycloneDX 1.6, JSON: the stores and certificates as cryptographic assets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unpin.reports.escaping import in_json
from unpin.reports.pipeline.bill_of_materials import BillOfMaterials
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import JsonText
    from unpin.reports.reporter import Reporter, Run


def render(run: Run, version: str = "1.6") -> Rendering:
    """The document of all stores."""
    bill = BillOfMaterials(run, version)

    def each(result: Reporter) -> Iterable[JsonText]:
        bill.add(result)
        return ()

    def end() -> Iterator[JsonText]:
        yield in_json(json.dumps(bill.document(), ensure_ascii=False, indent=1))

    return Rendering(each, end)
