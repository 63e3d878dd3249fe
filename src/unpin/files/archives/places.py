"""Places within archives: "app.war!/WEB-INF/classes/trust.jks", as Java's jar URLs spell them."""

import os
from typing import NamedTuple


class MemberPlace(NamedTuple):
    """A path that leads into an archive: the file or folder, and the whole place."""

    archive: str
    place: str


def member_place(path: str) -> MemberPlace | None:
    """The archive of a path that leads into an archive; None for any other path.

    A file of that very name comes first.
    """
    if "!" not in path or os.path.lexists(path):
        return None
    for at, character in enumerate(path):
        if character == "!" and os.path.exists(path[:at]):  # noqa: PTH110  (no error for odd names)
            return MemberPlace(path[:at], path)
    return None
