"""The command line: parse, call, print, exit."""


def main() -> None:
    """Run unpin and exit with the code that docs/exit-codes.md promises."""
    from unpin.cli.app import run

    run()
