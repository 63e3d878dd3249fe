"""docs/formats.md states the bounds that are in the code, and leaves none out."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

from unpin import stores
from unpin.asn1 import tlv
from unpin.files import reading
from unpin.model.formats import Format

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| ([0-9,]+) \| ([\w.]+)\.(MAX_\w+) \|$", re.MULTILINE)
NOT_A_REFUSAL = {"java.modified_utf8.MAX_ENCODED"}
"""A bound of writing."""


def modules():
    found = {"asn1.tlv": tlv, "files.reading": reading}
    for one in pkgutil.walk_packages(stores.__path__, "unpin.stores."):
        if not one.ispkg:
            found[one.name.removeprefix("unpin.stores.")] = import_module(one.name)
    return found


def test_bounds():
    stated = {
        f"{module}.{name}": int(number.replace(",", ""))
        for number, module, name in ROW.findall(PAGE)
    }
    found = {
        f"{short}.{name}": getattr(module, name)
        for short, module in modules().items()
        for name in re.findall(
            r"^(MAX_\w+): Final", Path(module.__file__).read_text("utf-8"), re.MULTILINE
        )
    }
    assert stated == {name: value for name, value in found.items() if name not in NOT_A_REFUSAL}


def test_every_format_has_a_row():
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("|")]
    assert [one for one in Format if not any(one.value in row for row in rows)] == []
