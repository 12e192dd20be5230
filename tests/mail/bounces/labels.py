"""Writes labels.json for the bounces in flufl.bounce's sources: what its own tests expect of each mail.

`labels.py FOLDER`, the unpacked sources; its table has rows of detector, file, addresses, and whether it is temporary.
"""

import ast
import json
import sys
from pathlib import Path


def labels_in(folder: Path) -> dict[str, list[dict[str, object]]]:
    """File, from the folder, to its recipients."""
    source = ast.parse((folder / "tests" / "test_detectors.py").read_text(encoding="utf-8"))
    [table] = [
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DETECTORS"
    ]
    found: dict[str, dict[str, bool]] = {}
    for _, file, addresses, temporary in table:
        for address in addresses or ():
            found.setdefault(f"tests/data/{file}", {})[address.decode()] = temporary
    return {
        file: [{"address": address, "temporary": temporary} for address, temporary in rows.items()]
        for file, rows in found.items()
    }


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "labels.json").write_text(json.dumps(labels_in(place)), encoding="utf-8")
