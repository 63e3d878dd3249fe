"""What is put together from the certificates: chains that servers present, stores that clients hold."""

import random

from tests.conformance.lab.certificates import SPECS

CHAINS = {
    "old": ("leaf_old", "I_cur"),
    "old+root": ("leaf_old", "I_cur", "R_old"),
    "old-ms": ("leaf_old", "I_cur_ms"),
    "old-ms-xsign": ("leaf_old", "I_cur_ms", "R_ms2017_x"),
    "new-xsign": ("leaf_new", "I_new", "R_new_x"),
    "new-xsign+root": ("leaf_new", "I_new", "R_new_x", "R_old"),
    "new-short": ("leaf_new", "I_new"),
    "new+R_new": ("leaf_new", "I_new", "R_new"),
    "new-disorder": ("leaf_new", "R_new_x", "I_new"),
    "leaf-only-old": ("leaf_old",),
    "leaf-only-new": ("leaf_new",),
    "old-expired-leaf": ("leaf_old_expired", "I_cur"),
}

_DESIGNED = """
R_old
R_new
R_ms2017
R_legacy
I_cur
I_new
leaf_old
leaf_new
I_cur R_old
I_cur I_new
R_new_x
R_old R_ms2017 R_legacy
R_old R_new
R_old_expired R_new
I_cur_ms

R_old_expired
R_old_expired R_old
R_old_fake
R_old_fake R_old
I_cur04
leaf_old R_old
leaf_old_expired
R_new_x R_old
I_new R_new_x
I_cur_expired R_old
I_cur_expired
R_new_x_expired R_old
R_new_x_expired R_new
I_cur_ms R_old
I_cur R_ms2017
R_old R_new R_ms2017 R_legacy I_cur I_new R_new_x
"""
DESIGNED = tuple(tuple(line.split()) for line in _DESIGNED[1:].splitlines())
"""The thirty-two stores of the first measurements; one of them is empty."""

LARGEST_DRAWN = 6


def drawn_stores(count: int, seed: int) -> tuple[tuple[str, ...], ...]:
    """Draw `count` stores of up to six certificates, in any order, some with duplicates.

    One in two is drawn from the certificates of one side only: shadowing and order decide there.
    """
    drawing = random.Random(seed)
    every = sorted(SPECS)
    sides = (
        [name for name in every if SPECS[name].subject in {"R_old", "R_ms2017", "I_cur", "server"}],
        [name for name in every if SPECS[name].subject in {"R_old", "R_new", "I_new", "server"}],
    )
    stores = []
    for _ in range(count):
        pool = drawing.choice([every, every, *sides])
        stores.append(tuple(drawing.choices(pool, k=drawing.randint(1, LARGEST_DRAWN))))
    return tuple(stores)
