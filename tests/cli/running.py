"""Run unpin as a user does, in a process of its own."""

import os
import subprocess
import sys

from tests.cli import schema


def unpin(*args, stdin=None, **env):
    """The finished process; warnings are errors, and no password comes from the environment.

    What it prints as JSON has the published form.
    """
    environment = {k: v for k, v in os.environ.items() if k != "UNPIN_PASSWORD"} | env
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "unpin", *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
    schema.check(args, ran.stdout, ran.stderr)
    return ran
