"""Which candidates of a removal are needed is found out in linear time (rewrite.dependents)."""

import sys
from collections import Counter

import pytest
from tests.pki import NOW

import unpin
from fuzz import bombs
from unpin.catalogue.load import load_builtin
from unpin.model.errors import LimitExceededError
from unpin.operations.repair import RepairOptions, repair
from unpin.pki.path_building import relevance
from unpin.rewrite import dependents
from unpin.rewrite.removal_candidates import PlanOptions, RemovalScope

CATALOGUE = load_builtin()
WAY = RepairOptions(
    CATALOGUE,
    CATALOGUE.profile("azure-postgresql"),
    NOW,
    0,
    plan_options=PlanOptions(scope=RemovalScope.ALL_PINS),
)


def looks(count, folder):
    """The calls that a fix of `count` certificates makes where names are followed."""
    path = folder / f"{count}.jks"
    bombs.write("azure-crosses", count, path)
    store = unpin.open_store(path)
    counts = Counter()

    def counted(frame, event, _argument):
        if event in {"call", "c_call"}:
            counts[frame.f_code.co_filename] += 1

    sys.setprofile(counted)
    try:
        repair(store, WAY)
    except LimitExceededError:
        pass
    finally:
        sys.setprofile(None)
    return counts[relevance.__file__] + counts[dependents.__file__]


@pytest.mark.parametrize("count", [420])
def test_pins_of_which_a_root_has_many_are_looked_at_once(count, tmp_path):
    """Many roots certify DigiCert Global Root G2: from each server below, all of them are near."""
    assert looks(2 * count, tmp_path) < 2.5 * looks(count, tmp_path)
