"""The baseline: the findings that are known, so that only new ones fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from unpin.files.reading import read_file
from unpin.model.errors import PolicyError
from unpin.policy.project_policy import path_below

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from unpin.model.finding import Finding

_SCHEMA: Final = 1


def baseline_text(findings: Iterable[Finding], folder: Path) -> str:
    """The baseline of the findings: JSON, a line each in an order of its own, for a repository.

    The stores are known by their paths from `folder`, that of the baseline.
    """
    paths: dict[str, str] = {}
    said: dict[str, str] = {}
    for finding in findings:
        source = finding.location.source
        if source not in paths:
            paths[source] = path_below(folder, source)
        said[finding.key_at(paths[source])] = f"{paths[source]}: {finding.rule}"
    rows = sorted(said.items(), key=lambda row: (row[1], row[0]))
    known = [{"key": key, "finding": words} for key, words in rows]
    return json.dumps({"schema": _SCHEMA, "findings": known}, indent=1, ensure_ascii=False) + "\n"


def read_baseline(path: Path) -> frozenset[str]:
    """The keys of the findings. Raises PolicyError, UnreadableFileError."""
    try:
        document = json.loads(read_file(path, str(path)))
        if document["schema"] != _SCHEMA:
            raise PolicyError(f"{path}: a baseline of schema {document['schema']}, not {_SCHEMA}")
        return frozenset(str(row["key"]) for row in document["findings"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PolicyError(
            f"{path}: not a baseline", "unpin audit --write-baseline FILE STORE writes one"
        ) from error
