"""Record what the clients load of the drawn files; write measured.json.

python -m tests.conformance.pem_readers.record [CLIENT ...]
"""

import json
import sys
from pathlib import Path

from tests.conformance.pem_readers.files import DRAWN, draw
from tests.conformance.pem_readers.readers import READERS, ask

FILE = Path(__file__).with_name("measured.json")
_SHORT = {"refused": "-", "": "-"}


def short(said):
    """The answers in one text; a file of which nothing is loaded is as good as refused."""
    return " ".join(_SHORT.get(one, one) for one in said)


def main(names):
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    files = [draw(seed) for seed in range(DRAWN)]
    for name in names or READERS:
        said = ask(name, files)
        if said is None:
            print(f"NOT RUN: {name}")
            continue
        found[name] = short(said)
        print(name, flush=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
