"""The page in Chromium: no request, no error, no overflow, contrast, a keyboard, 10,000 stores."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.conformance.sampling import FULL
from tests.outputs import machine
from tests.outputs.made import Made, finding, printed
from tests.programs import lacking, not_run, program
from unpin.model.finding import Severity

pytestmark = pytest.mark.referee

HERE = Path(__file__).parent / "chromium"
STORES = 10_000 if FULL else 2_000
AA = 4.5
"""The least contrast of a text (WCAG 2.2, level AA)."""


def seen(page):
    """What look.mjs prints of the page."""
    chromium, node = program("chromium"), program("node")
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        not_run(lacking("no playwright-core", "npm ci --prefix tests/outputs/chromium"))
    ran = subprocess.run(
        [node, HERE / "look.mjs", chromium, page.absolute()],
        capture_output=True,
        timeout=300,
        check=False,
        cwd=HERE,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return json.loads(ran.stdout)


def assert_usable(found):
    assert found["messages"] == []
    assert found["requests"] == []
    assert max(found["overflow"].values()) <= 0, found["overflow"]
    assert min(found["contrast"])[0] >= AA, min(found["contrast"])
    assert found["focused"] == "search"
    assert found["unfolded"] is True
    assert found["cleared"] == ""
    assert found["pressed"] == "true"


def test_a_page_of_every_kind_of_result(tmp_path):
    folder = tmp_path / "stores"
    folder.mkdir()
    machine.stores(folder)
    root = Path(__file__).parents[2] / "fixtures"
    shutil.copy(root / "pinned.pem", folder / "azure-pinned.pem")
    ran = unpin("audit", *machine.CLIENTS, "--format", "html", folder, folder / "gone.pem")
    page = tmp_path / "page.html"
    page.write_bytes(ran.stdout)
    found = seen(page)
    assert_usable(found)
    # By the names of two and the finding of a third.
    assert found["visible"] == 3
    assert found["withoutScript"] == 6
    assert "status" in found["tree"]
    assert 'searchbox "Search' in found["tree"]


def test_thousands_of_stores_are_searched_in_200_milliseconds_a_key(tmp_path):
    made = (
        Made(
            *(finding(each, kind) for each, kind in enumerate(list(Severity)[: number % 4])),
            source=f"team-{number // 100}/service-{number}/{'pinned' if number % 3 else 'x'}.jks",
            reason="1 entry makes clients fail, now or when its CA changes",
        )
        for number in range(STORES)
    )
    page = tmp_path / "page.html"
    page.write_text(printed("html", *made), encoding="utf-8")
    assert page.stat().st_size < 20_000_000
    found = seen(page)
    assert_usable(found)
    assert max(found["keys"]) < 200, found["keys"]
    assert found["visible"] == 200
    assert found["withoutScript"] == STORES
