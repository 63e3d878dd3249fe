"""No output calls good what is not: the verdicts and tones of every command."""

from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.outputs import machine
from tests.pki import Authority, pem
from unpin.cli.output import run_of
from unpin.reports.blocks import Tone


@pytest.fixture
def results(tmp_path, monkeypatch):
    """What the formats are given of a call."""
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    root = Authority("Root B")
    Path("root.pem").write_bytes(pem(root.certificate))
    found = []

    def kept(*words):
        from unpin.reports.formats import csv
        from unpin.reports.reporter import Rendering

        def render(run):
            def each(result):
                found.extend(result.pipeline_results())
                return ()

            return Rendering(each, lambda: ())

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(csv, "render", render)
            ran = unpin(*words, "--format", "csv")
        return ran.returncode, [(each.verdict, each.mood) for each in found]

    return kept


BAD, GOOD, DOUBTFUL, NEUTRAL = Tone.BAD, Tone.GOOD, Tone.DOUBTFUL, Tone.NEUTRAL


@pytest.mark.parametrize(
    ("words", "code", "wanted"),
    [
        (("audit", "pinned.pem"), 1, ("PINNED", BAD)),
        (("audit", "--profile", "none", "root.pem"), 0, ("READY", GOOD)),
        (("audit", "root.pem"), 0, ("NOT-FOR-PROFILE", NEUTRAL)),
        (("list", "pinned.pem"), 0, ("READ", NEUTRAL)),
        (("rehearse", "--profile", "azure-postgresql", "pinned.pem"), 1, ("FAILS", BAD)),
        (("rehearse", "--profile", "azure-postgresql", "--client", "schannel", "pinned.pem"), 3, ("UNKNOWN", DOUBTFUL)),
        (("rehearse", "root.pem"), 4, ("NOT-FOR-PROFILE", NEUTRAL)),
        (("diff", "pinned.pem"), 1, ("NOT COVERED", BAD)),
        (("diff", "pinned.pem", "root.pem"), 1, ("DIFFERS", BAD)),
        (("diff", "root.pem", "root.pem"), 0, ("SAME", GOOD)),
        (("fix", "--profile", "azure-postgresql", "pinned.pem"), 1, ("PLANNED", BAD)),
        (("doctor", "postgres://h.postgres.database.azure.com/db?sslmode=require"), 0, ("NOT VERIFIED", DOUBTFUL)),
    ],
)  # fmt: skip
def test_the_tone_agrees_with_the_exit_code(results, words, code, wanted):
    assert results(*words) == (code, [wanted])


def test_the_run_has_the_errors_that_are_yet_to_come():
    errors = []
    assert run_of(object, errors, None, None).errors is errors
