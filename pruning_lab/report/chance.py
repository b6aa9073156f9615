"""Chance: whether more samples changed in one direction than a coin would explain."""

SIGNIFICANT = 0.05


def chance(broken: int, fixed: int) -> float:
    """Probability that a fair coin divides the changed samples as unevenly, or more.

    The exact sign test, two-sided: if two models are equally good, a sample that only one of
    them gets right is as often broken as fixed. Samples that both get right or wrong say nothing.

    Parameters
    ----------
    broken, fixed : counts of samples

    Examples
    --------
    >>> chance(5, 0), chance(6, 0), chance(3, 3)
    (0.0625, 0.03125, 1.0)
    """
    n, ways, term = broken + fixed, 0, 1
    for k in range(min(broken, fixed) + 1):
        ways += term  # n over k
        term = term * (n - k) // (k + 1)
    return min(1.0, 2 * ways / (1 << n))
