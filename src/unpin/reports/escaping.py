"""Keep what a store says from driving the terminal or the page that shows it."""


def printable(text: str) -> str:
    """`text` without control characters: an alias must not drive the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_markdown(text: str) -> str:
    """`text` printable, and without HTML: an alias must not close what a report opened."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;")


def in_markdown_cell(text: str) -> str:
    """The same, without an end of the cell."""
    return in_markdown(text).replace("|", "\\|")
