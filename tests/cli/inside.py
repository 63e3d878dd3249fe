"""Run the command line in this process: what a user sees, without the start of an interpreter."""

import io
import os
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from tests.cli import schema
from unpin.cli import judge_pool, main


@dataclass(frozen=True)
class Ran:
    """What a process would have left."""

    returncode: int
    stdout: bytes
    stderr: bytes


def unpin(*args, stdin=b"", **env):
    out, err = io.BytesIO(), io.BytesIO()
    texts = [io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in (out, err)]
    environment = {k: v for k, v in os.environ.items() if k != "UNPIN_PASSWORD"} | env
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(sys, "argv", ["unpin", *map(str, args)]))
        stack.enter_context(mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))))
        stack.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        # What a test replaces or counts is in this process, unless it asks for others.
        stack.enter_context(mock.patch.object(judge_pool, "usable_cores", return_value=1))
        stack.enter_context(redirect_stdout(texts[0]))
        stack.enter_context(redirect_stderr(texts[1]))
        try:
            main()
        except SystemExit as end:
            schema.check(args, out.getvalue(), err.getvalue())
            return Ran(int(end.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("the command line did not exit")
