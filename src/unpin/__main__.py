"""Run unpin as ``python -m unpin``."""

from unpin.cli import main

if __name__ == "__main__":
    main()
