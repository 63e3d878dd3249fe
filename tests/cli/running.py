"""Run unpin as a user does, in a process of its own."""

import os
import subprocess
import sys


def unpin(*args, stdin=None, **env):
    """The finished process; warnings are errors, and no password comes from the environment."""
    environment = {k: v for k, v in os.environ.items() if k != "UNPIN_PASSWORD"} | env
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "unpin", *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
