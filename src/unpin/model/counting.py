"""Say how many of what there are, as messages of every floor do."""


def counted(number: int, one: str, many: str = "") -> str:
    """1 entry, 2 entries; without `many`, the word does not change."""
    return f"{number} {one if number == 1 else many or one}"
