"""The command line: parse the arguments, call the library, print the results, exit."""


def main() -> None:
    """Run unpin and exit with a code of docs/exit-codes.md."""
    import gc
    import sys

    # Nearly all objects of loading and parsing live until the end. Python's default, a garbage
    # collection every 700 objects, takes a tenth of the time of an audit.
    gc.set_threshold(200_000)
    try:
        from unpin.cli.app import run
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        run()
    finally:
        # What is there ends with the process: it is not searched for garbage once more, which
        # takes a sixth of the time of an audit of one store.
        gc.freeze()
