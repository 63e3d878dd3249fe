"""docs/formats.md states the bounds that are in the code, and leaves none out."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

from unpin import stores
from unpin.asn1 import tlv
from unpin.files import reading, tree
from unpin.model.formats import Format, Naming, PasswordUse, PrivateKeys

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "formats.md").read_text(encoding="utf-8")
PAGE_OF_CONVERT = (DOCS / "convert.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| ([0-9,]+) \| ([\w.]+)\.(MAX_\w+) \|$", re.MULTILINE)
NOT_A_REFUSAL = {"java.modified_utf8.MAX_ENCODED"}
"""A bound of writing."""


def modules():
    found = {"asn1.tlv": tlv, "files.reading": reading, "files.tree": tree}
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


def test_what_each_format_can_hold():
    """The table of docs/convert.md says of each format what its row in the code says."""
    page = PAGE_OF_CONVERT.partition("## What each format can hold")[2].partition("\n\nSo these")[0]
    rows = {cells[1]: cells for cells in _cells(page) if len(cells) > 1 and cells[1] in set(Format)}
    assert set(rows) == {kind for kind in Format if kind.is_writable}
    for kind, (_, _, aliases, _, trusted, keys, attributes, password, _) in rows.items():
        facts = Format(kind).facts
        assert (aliases == "no") is (facts.naming is Naming.NONE), kind
        assert ("lower case" in aliases) is (facts.naming is Naming.FOUND_IN_LOWER_CASE), kind
        assert ("folds case" in aliases) is (facts.naming is Naming.LOWER_CASE), kind
        assert (trusted == "one") is facts.one_certificate, kind
        assert ("private" in keys) is (facts.private_keys is not PrivateKeys.NONE), kind
        assert ("secret" in keys) is facts.secret_keys, kind
        assert (attributes == "yes") is facts.attributes, kind
        said = {"none": "NONE", "yes, or none": "OPTIONAL", "needed": "REQUIRED"}
        assert PasswordUse[said[password]] is facts.password, kind


def test_the_extensions_of_each_format():
    for kind in Format:
        for extension in kind.facts.extensions:
            assert f"`{extension}`" in PAGE_OF_CONVERT, kind


def _cells(page):
    return [[cell.strip() for cell in line.split("|")] for line in page.splitlines()]
