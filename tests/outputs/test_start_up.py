"""A format costs nothing where it is not asked for: its modules are not loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOW = """
import sys
from unpin.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(name for name in sys.modules if name.startswith("unpin.")), sep="\\n", file=sys.stderr)
"""


def loaded(*words):
    """The modules of unpin that a call has loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", SHOW, *words, ROOT / "fixtures" / "pinned.pem"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {name for name in ran.stderr.split("\n") if name.startswith("unpin.")}


def of_outputs(names):
    """Those that only pipelines and pages need."""
    rooms = ("unpin.reports.pipeline.of_", "unpin.reports.html", "unpin.cli.output_files")
    formats = {f"unpin.reports.formats.{name}" for name in ("sarif", "html", "junit", "github")}
    return {name for name in names if name.startswith(rooms)} | (names & formats)


@pytest.mark.parametrize(
    "words", [("audit", "--client", "java"), ("list",), ("audit", "--format", "json")]
)
def test_a_page_and_json_load_no_other_format(words):
    assert of_outputs(loaded(*words)) == set()


def test_a_format_loads_its_own_modules():
    found = of_outputs(loaded("audit", "--format", "sarif"))
    assert "unpin.reports.formats.sarif" in found
    assert not any("html" in name for name in found)
