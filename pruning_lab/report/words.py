"""Numbers in plain words: what was gained, what was not, what got worse."""

from pruning_lab.measure import Latency
from pruning_lab.report.break_even import SPARSITIES
from pruning_lab.report.chance import SIGNIFICANT, chance
from pruning_lab.report.measured import Measured
from pruning_lab.report.race import Race, faster


def size_in_words(before: Measured, after: Measured) -> str:
    """Sentences on weights, bytes and multiplications, which are exact."""
    return "\n".join(
        [
            f"{after.nonzeros:,} of {before.parameters:,} weights are left: "
            f"sparsity {after.sparsity:.3g}.",
            _memory(before, after),
            f"Stored in the cheapest way ({after.stored_as}) it is "
            + _smaller(before.stored_bytes, after.stored_bytes),
            _work(before, after),
        ]
    )


def _smaller(before: int, after: int) -> str:
    if after == before:
        return f"no smaller: {after:,} bytes."
    way, share = "smaller" if after < before else "larger", 100 * after / max(before, 1)
    return f"{way}: {after:,} bytes instead of {before:,}, {share:.3g}% of them."


def _memory(before: Measured, after: Measured) -> str:
    sentence = "In memory it is " + _smaller(before.dense_bytes, after.dense_bytes)
    if after.dense_bytes == before.dense_bytes and after.nonzeros < after.parameters:
        sentence += " A zero takes as much room as any number."
    return sentence


def _work(before: Measured, after: Measured) -> str:
    old, new = before.macs_per_sample, after.macs_per_sample
    if new == old:
        return f"It multiplies as often as before: {new:,} times a sample."
    return f"It multiplies {'less' if new < old else 'more'}: {new:,} times a sample, not {old:,}."


def speed_in_words(before: Measured, after: Measured, samples: int) -> str:
    """Sentence on time, which is faster or slower only beyond the spread of both."""
    old, new = before.latency, after.latency
    taken = f"{_ms(new)}, before {_ms(old)}, for {_at_once(samples)}"
    less_work = after.macs_per_sample < before.macs_per_sample
    if faster(new, old):
        doubt = "" if less_work else " Its multiplications are no fewer: look for another cause."
        return f"It is faster: {taken}.{doubt}"
    if faster(old, new):
        return f"It is slower: {taken}."
    if less_work:
        reason = "that it multiplies less does not show here."
    elif after.nonzeros < before.nonzeros:
        reason = "zeros are multiplied like any number."
    else:
        reason = "it has no fewer weights to multiply."
    return f"It is no faster: {reason} No difference beyond the spread: {taken}."


def _ms(latency: Latency) -> str:
    low, high = latency.quartiles_s
    return f"{latency.median_s * 1e3:.3g} ms (middle half {low * 1e3:.3g} to {high * 1e3:.3g})"


def _at_once(samples: int) -> str:
    return f"{samples:,} sample{'s' if samples != 1 else ''} at once"


def change_in_words(what: str, broken: int, fixed: int) -> str:
    """Sentence on what became better or worse, if more than chance explains.

    Examples
    --------
    >>> change_in_words("Accuracy", 9, 1)
    'Accuracy got worse: 9 samples broken, 1 fixed.'
    >>> change_in_words("Accuracy", 5, 3)
    'Accuracy: no difference beyond chance; 5 samples broken, 3 fixed.'
    """
    counts = f"{broken:,} samples broken, {fixed:,} fixed."
    if chance(broken, fixed) >= SIGNIFICANT:
        return f"{what}: no difference beyond chance; {counts}"
    return f"{what} got {'worse' if broken > fixed else 'better'}: {counts}"


def ways_in_words(ways: Race) -> str:
    """Sentence on which way of computing the pruned network is fastest."""
    times = ", ".join(
        f"{name} {taken.median_s * 1e3:.3g} ms" for name, taken in ways.latencies.items()
    )
    best = ways.fastest
    tie = " (no difference between them beyond the spread)" if len(best) > 1 else ""
    busy = any(_wide(taken) for taken in ways.latencies.values())
    doubt = " Times spread widely: measure again when the machine is quiet." if busy else ""
    return f"Fastest way to compute it here: {' or '.join(best)}{tie}. Medians: {times}.{doubt}"


def _wide(latency: Latency) -> bool:
    """Whether the middle half of all calls reaches from some time to more than its double."""
    low, high = latency.quartiles_s
    return high > 2 * low


def break_even_in_words(found: float | None, shape: tuple[int, int], batch: int) -> str:
    """Sentence on the sparsity from which a sparse product pays.

    Examples
    --------
    >>> break_even_in_words(None, (100, 64), 1)[:59]
    'For its largest layer (100 x 64), 1 sample at once, leaving'
    """
    place = (
        f"For its largest layer ({shape[0]} x {shape[1]}), {_at_once(batch)}, leaving zeros out "
        "pays"
    )
    if found is None:
        return f"{place} at no sparsity that was tested, up to {max(SPARSITIES)}."
    return f"{place} from sparsity {found:.3g} on."
