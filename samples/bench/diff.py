# The script that people write: two dictionaries by id, and a look at what differs.
import csv
import sys


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return {row["credential_id"]: row for row in csv.DictReader(f)}


have, want = read(sys.argv[1]), read(sys.argv[2])
new = [i for i in want if i not in have]
gone = [i for i in have if i not in want]
changed = [
    i
    for i, row in want.items()
    if i in have and any(have[i][name] != text for name, text in row.items())
]
print(len(new), len(gone), len(changed))
