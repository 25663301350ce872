"""`python -m evals`: what the guards and the triage find on the labelled rows of this folder.

These rows are read while rules are written, so the figures say what is known to work, not what others will see; figures
on writers set apart come with the next issues.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from copilot.clinics import demo
from copilot.domain import Post
from copilot.triage import triage
from guards import line
from guards.screen import screen

_HERE = Path(__file__).parent


def main() -> None:
    """Prints the tables."""
    for path in sorted((_HERE / "replies").glob("*.jsonl")):
        print(f"\n{path.name}")
        _print_guards(_rows(path))
    for path in sorted((_HERE / "posts").glob("*.jsonl")):
        print(f"\n{path.name}")
        _print_triage(_rows(path))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for row in lines:
            if row.strip():
                yield json.loads(row)


def _print_guards(rows: Iterable[dict[str, Any]]) -> None:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        read = line.from_object({key: row[key] for key in ("id", "text", "post", "clinic", "thread") if row.get(key)})
        verdict = screen(read.text, read.context).verdict
        label = row["label"]
        language = row.get("language", "")
        name = "good" if label["verdict"] == "pass" else label.get("class", "bad")
        for group in {name, "good" if label["verdict"] == "pass" else "all bad"}:
            counts[group, language][verdict] += 1
    print(f"{'class':<20} {'':<3} {'n':>5} {'blocked':>8} {'caution':>8} {'passed':>8}")
    for (name, language), seen in sorted({**counts}.items()):
        total = seen.total()
        shares = [seen[verdict] / total for verdict in ("block", "caution", "pass")]
        print(f"{name:<20} {language:<3} {total:>5} " + " ".join(f"{share:>8.2f}" for share in shares))


def _print_triage(rows: Iterable[dict[str, Any]]) -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    signals: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found = triage(_post(row), demo("demo-vet")[0])
        pairs[row["kind"], found.kind] += 1
        expected: set[str] = set(row.get("signals", []))
        seen: set[str] = {signal.name for signal in found.signals}
        for name in expected | seen:
            signals[name]["found" if name in expected & seen else "missed" if name in expected else "extra"] += 1
    kinds = sorted({kind for pair in pairs for kind in pair})
    print(f"{'kind':<18} {'n':>5} {'recall':>8} {'precision':>10} {'f1':>6}")
    scores = []
    for kind in kinds:
        right = pairs[kind, kind]
        labelled = sum(count for (label, _), count in pairs.items() if label == kind)
        said = sum(count for (_, answer), count in pairs.items() if answer == kind)
        f1 = 2 * right / (labelled + said) if labelled + said else 0.0
        scores.append(f1)
        print(f"{kind:<18} {labelled:>5} {_share(right, labelled):>8} {_share(right, said):>10} {f1:>6.2f}")
    right = sum(count for (label, answer), count in pairs.items() if label == answer)
    harsh = f"{pairs['complaint', 'harassment']} of {sum(n for (label, _), n in pairs.items() if label == 'complaint')}"
    print(f"accuracy {_share(right, pairs.total())}, macro-F1 {sum(scores) / len(scores):.2f}")
    print(f"complaints called harassment {harsh}")
    for name, counts in sorted(signals.items()):
        print(f"  {name:<16} found {counts['found']}, missed {counts['missed']}, extra {counts['extra']}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _post(row: dict[str, Any]) -> Post:
    return Post(text=row["text"], author=row.get("author", ""), platform=row.get("platform", ""))


if __name__ == "__main__":
    main()
