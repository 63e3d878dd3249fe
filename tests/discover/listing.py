"""The parts of what `unpin discover --format json` prints."""

import json


def inventory_of(ran):
    """The inventory of a run."""
    (found,) = json.loads(ran.stdout)["inventories"]
    return found


def references_of(ran):
    return inventory_of(ran)["references"]


def findings_of(ran):
    """The findings: rule, severity, place."""
    return [
        (each["rule"], each["severity"], f"{each['file']}:{each['line']}")
        for each in inventory_of(ran)["findings"]
    ]
