"""The command line: parse, call, print, exit."""


def main() -> None:
    """Run unpin and exit with the code that docs/exit-codes.md promises."""
    import gc
    import sys

    # Nearly all that is made while modules load and stores are parsed stays until the end: looking
    # through it for garbage every 700 objects, as Python does, is a tenth of an audit's time.
    gc.set_threshold(50_000)
    try:
        from unpin.cli.app import run
    except KeyboardInterrupt:
        sys.exit(130)
    run()
