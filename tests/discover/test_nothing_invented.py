"""Programs that name certificates all the time, and refer to no trust store."""

import os
import sysconfig
from pathlib import Path

from unpin.catalogue.load import load_builtin
from unpin.operations.reference_look import ReferenceLook

STDLIB = Path(sysconfig.get_paths()["stdlib"])
MODULES = ("ssl.py", "locale.py", "mimetypes.py", "imaplib.py", "difflib.py")
"""Those among which the first look finds words of stores, and the folders with more of them."""


def test_the_standard_library_refers_to_none():
    look = ReferenceLook(load_builtin())
    paths = [STDLIB / name for name in MODULES]
    for folder in ("urllib", "http", "email", "json", "importlib", "asyncio", "distutils"):
        paths += sorted((STDLIB / folder).glob("*.py")) if (STDLIB / folder).is_dir() else []
    found = [look(os.fspath(path), path.read_bytes()) for path in paths if path.exists()]
    assert len(found) > 50
    assert [each.references for each in found if each is not None and each.references] == []
