"""Hold every JSON output of a test against the published schema, docs/unpin.schema.json."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "docs" / "unpin.schema.json"


def check(arguments, *outputs):
    """Assert that what a call printed as JSON or JSON lines has the published form.

    `outputs` are the bytes of standard output and standard error; one of them may hold the JSON.
    """
    arguments = list(map(str, arguments))
    wanted = arguments[arguments.index("--format") + 1] if "--format" in arguments else ""
    for output in outputs:
        text = output.decode(errors="replace")
        if wanted == "json" and text.startswith("{"):
            _validator("document").validate(json.loads(text))
        elif wanted == "jsonl":
            for line in text.splitlines():
                if line.startswith("{"):
                    _validator("line").validate(json.loads(line))


@cache
def _validator(kind):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
