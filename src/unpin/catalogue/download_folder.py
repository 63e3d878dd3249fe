"""The folder of downloaded certificates on this machine."""

import os
import sys
from pathlib import Path
from typing import Final

NOWHERE: Final = Path("/nonexistent")
"""The home folder of users that have none, as in Debian's password database."""


def home() -> Path:
    """The user's home folder; NOWHERE in a container without HOME and without a user name."""
    try:
        return Path.home()
    except RuntimeError:
        return NOWHERE


def data_dir() -> Path:
    """The folder of downloaded certificates; it may not exist.

    $XDG_DATA_HOME (XDG Base Directory Specification: ignored unless absolute), else
    ~/.local/share; %APPDATA% on Windows.
    """
    base = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_DATA_HOME", "")
    folder = Path(base) if os.path.isabs(base) else home() / ".local" / "share"  # noqa: PTH117
    return folder / "unpin" / "certificates"
