"""What `make bench` recorded, as tables and sentences: nothing is timed here."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from textwrap import fill
from typing import Any

from pruning_lab.teaching.figures.ratios import Ratio

Row = Mapping[str, Any]  # one rival at one task, as tests/benchmarks/run.py writes it

UNBROKEN = "\u2060–\u2060"  # no line ends within a range
BITS = "stored_bits_per_weight"
TASKS = {  # the words of the page for each task
    "global_mask_1M": "mask, 1 M",
    "global_mask_10M": "mask, 10 M",
    "global_mask_100M": "mask, 100 M",
    "nm_2_4_2048": "2:4, 2048²",
    "wanda_2048": "Wanda, 2048²",
    "sparsegpt_1024": "SparseGPT, 1024²",
    "sparsegpt_2048": "SparseGPT, 2048²",
    "ccp_100": "tree, 100",
    "ccp_1k": "tree, 1 k",
    "ccp_10k": "tree, 10 k",
    "ccp_100k": "tree, 100 k",
    "train_digits": "train",
    "train_digits_masked": "train, masked",
    "remove_half_neurons": "half the neurons",
    "remove_half_neurons_wide": "half, wide network",
    BITS: "bits stored",
}
RIVALS = {
    "torch.nn.utils.prune.global_unstructured": "torch prune",
    "torch.kthvalue": "torch kthvalue",
    "nvidia-modelopt create_asp_mask": "modelopt",
    "nvidia-modelopt create_sgpt_mask, 2:4": "modelopt (2:4)",
    "torch stable sort": "torch sort",
    "the authors' algorithm in torch": "the authors' way",
    "sklearn.tree ccp_pruning_path": "scikit-learn",
    "sklearn.neural_network.MLPClassifier": "scikit-learn",
    "torch with torch.nn.utils.prune": "torch prune",
    "torch-pruning, graph and step": "torch-pruning",
    "torch-pruning, the step alone": "its cut alone",
}
AIMS = {  # (task, rival): how many times as fast we mean to be, at least
    ("remove_half_neurons", "torch-pruning, graph and step"): 5.0,
    ("remove_half_neurons_wide", "torch-pruning, graph and step"): 5.0,
    ("ccp_100", "sklearn.tree ccp_pruning_path"): 1.0,
}
AIMS_MS = {  # task: how long it may take, at most
    "ccp_100k": 30.0
}


def read(path: str) -> dict[str, Any]:
    """The record: a head that says where it comes from, and rows."""
    record: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return record


def origin(record: Mapping[str, Any]) -> str:
    """Where the figures come from, in lines.

    Examples
    --------
    >>> print(origin({"command": "make bench", "processor": "one", "cores": 2, "system": "Linux",
    ...               "load_before": 0.1, "python": "3.11", "versions": {"numpy": "2.4"}}))
    command  make bench
    machine  one, 2 cores, Linux
    load     0.1 before the first task
    versions Python 3.11, numpy 2.4
    """
    numbers = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    busy = record["load_before"]
    words = "unknown" if busy is None else f"{busy} before the first task"
    if busy is not None and busy > 0.5:
        words += ": other programs were running"
    lines = {
        "command": record["command"],
        "machine": f"{record['processor']}, {record['cores']} cores, {record['system']}",
        "load": words,
        "versions": f"Python {record['python']}, {numbers}",
    }
    if "note" in record:
        lines["note"] = record["note"]
    return "\n".join(
        fill(f"{name:9}{words}", 58, subsequent_indent=" " * 9, break_on_hyphens=False)
        for name, words in lines.items()
    )


def timed(record: Mapping[str, Any]) -> list[Row]:
    """Rows that have a time, in the order of the page."""
    order = list(TASKS)
    rows = [row for row in record["rows"] if row["ours_ms"] is not None]
    return sorted(rows, key=lambda row: order.index(row["task"]))


def bars(rows: Sequence[Row]) -> list[Ratio]:
    """What the figure draws of some rows, in the words of the page."""
    return [Ratio(*words_of(row), row["ratio"], *row["spread"]) for row in rows]


def in_words(rows: Sequence[Row]) -> str:
    """The point of the figure for those who cannot see it."""
    behind = [named(row) for row in rows if row["ratio"] < 1]
    return (
        f"{len(rows)} lines, one for each peer at each task, on a logarithmic scale. Left of 1, "
        f"where the peer is faster, lie: {'; '.join(behind) or 'none'}. The tables below hold "
        "all numbers."
    )


def table(rows: Sequence[Row]) -> str:
    """Times and ratios as a table in HTML, one rival a row.

    Examples
    --------
    >>> row = {"task": "ccp_1k", "peer": "me", "ours_ms": 2.0, "peer_ms": 8.0, "ratio": 4.0,
    ...        "spread": [3.5, 4.25], "bound_ms": 0.5}
    >>> table([row]).count("<tr>")
    2
    """
    heads = ["task, and against", "ours, ms", "theirs, ms", "times as fast", "ours ÷ bound"]
    lines = [
        [
            "<br>".join(escape(words).replace(" ", "\u00a0") for words in words_of(row)),
            short(row["ours_ms"]),
            short(row["peer_ms"]),
            UNBROKEN.join(with_range(row).split("–")),
            short(row["ours_ms"] / row["bound_ms"]),
        ]
        for row in rows
    ]
    return in_html(heads, lines)


def bits_table(record: Mapping[str, Any], sparsities: Sequence[float]) -> str:
    """Stored bits a weight in HTML: one file a row, one sparsity a column."""
    rows = [row for row in record["rows"] if row["task"] == BITS]
    at = {(row["peer"], row["sparsity"]): row["peer_bits"] for row in rows}
    at |= {(row["ours"], row["sparsity"]): row["ours_bits"] for row in rows}
    at |= {("(1 − s) · 32 + 1", row["sparsity"]): row["bound_bits"] for row in rows}
    names = dict.fromkeys(["(1 − s) · 32 + 1", rows[0]["ours"], *(row["peer"] for row in rows)])
    heads = ["bits a weight at", *(f"{100 * s:.0f} %" for s in sparsities)]
    return in_html(heads, [[name, *(short(at[name, s]) for s in sparsities)] for name in names])


def in_html(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table whose first column holds words and whose others hold numbers.

    >>> in_html(["a", "b"], [["x", "1"]]).count("text-right")
    2
    """
    sides = ["", *[' class="text-right"'] * (len(heads) - 1)]
    above = "".join(f"<th{side}>{head}</th>" for side, head in zip(sides, heads, strict=True))
    below = "".join(
        "<tr>"
        + "".join(f"<td{s}>{cell}</td>" for s, cell in zip(sides, line, strict=True))
        + "</tr>"
        for line in lines
    )
    return f"<table><thead><tr>{above}</tr></thead><tbody>{below}</tbody></table>"


def with_range(row: Row) -> str:
    """A ratio with its smallest and largest, on one line.

    >>> with_range({"ratio": 4.0, "spread": [3.5, 12.2]}).split()
    ['4.0', '(3.5–12)']
    """
    return f"{short(row['ratio'])}\u00a0({'–'.join(map(short, row['spread']))})"


def lost(record: Mapping[str, Any]) -> str:
    """Whom we do not beat in every turn, whose files are smaller, and each aim with its outcome."""
    rows = timed(record)
    lines = [f"{len(rows)} comparisons; not ahead in every turn:"]
    behind = [row for row in rows if row["spread"][0] <= 1]
    lines += [f"  {named(row)}: {with_range(row)}" for row in behind] or ["  none"]
    lines += ["smaller files than ours, and exact, in bits a weight:"]
    lines += [
        f"  {row['peer']}, {100 * row['sparsity']:.0f} % sparse: "
        f"{row['peer_bits']:.2f}, ours {row['ours_bits']:.2f}"
        for row in record["rows"]
        if row["task"] == BITS and row["ratio"] < 1 and "rounds" not in row["peer"]
    ] or ["  none"]
    lines += ["aims:"]
    for row in rows:
        if aim := AIMS.get((row["task"], row["peer"])):
            said = "reached" if row["ratio"] >= aim else "missed"
            lines.append(f"  {named(row)}: {short(row['ratio'])} of {short(aim)}, {said}")
        if limit := AIMS_MS.get(row["task"]):
            said = "reached" if row["ours_ms"] <= limit else "missed"
            lines.append(f"  {TASKS[row['task']]}: {short(row['ours_ms'])} of {limit:g} ms, {said}")
    return "\n".join(lines)


def named(row: Row) -> str:
    """Task and rival in the words of the page."""
    return ", ".join(words_of(row))


def words_of(row: Row) -> tuple[str, str]:
    """Task and rival of a row, as the figure names them."""
    return TASKS[row["task"]], RIVALS.get(str(row["peer"]), str(row["peer"]))


def short(value: float) -> str:
    """A number with two digits, or all before the point.

    >>> [short(value) for value in (0.0123, 0.5, 3.14159, 31.4159, 31415.9)]
    ['0.012', '0.50', '3.1', '31', '31,416']
    """
    if value >= 10:
        return f"{value:,.0f}"
    if value >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"
