"""Escape text from stores, so that it cannot control the terminal or the page that shows it."""


def printable(text: str) -> str:
    """`text` with control characters escaped: an alias must not control the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_markdown(text: str) -> str:
    """`text` printable, and with HTML escaped: an alias must not close an element of the report."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;")


def in_markdown_cell(text: str) -> str:
    """The same, with the end-of-cell character escaped."""
    return in_markdown(text).replace("|", "\\|")
