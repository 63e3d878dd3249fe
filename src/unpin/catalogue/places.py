"""Where downloaded certificates live on this machine."""

import os
import sys
from pathlib import Path


def data_dir() -> Path:
    """The folder of downloaded certificates; it may not exist.

    $XDG_DATA_HOME (XDG Base Directory Specification: ignored unless absolute), else
    ~/.local/share; %APPDATA% on Windows.
    """
    base = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_DATA_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path("~/.local/share").expanduser()  # noqa: PTH117
    return home / "unpin" / "certificates"
