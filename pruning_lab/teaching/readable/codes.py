"""How a codebook writes kept weights down: steps over zeros, and short codes for common ones."""

from collections import Counter
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

LONGEST = 255  # zeros that one step can pass


def steps_over_zeros(numbers: Iterable[float]) -> list[int]:
    """Zeros before each number that is none; 255 stands for as many zeros and no number.

    This is the relative index of [Han2016]_, figure 2.

    Examples
    --------
    >>> steps_over_zeros([0, 0, 5, 7, 0, 9]), steps_over_zeros([0] * 300 + [1])
    ([2, 0, 1], [255, 45])
    """
    steps, zeros = [], 0
    for number in numbers:
        if number == 0:
            zeros += 1
            continue
        while zeros >= LONGEST:
            steps.append(LONGEST)
            zeros -= LONGEST
        steps.append(zeros)
        zeros = 0
    return steps


def huffman_bits(symbols: Iterable[int]) -> int:
    """Bits that Huffman's code needs for these symbols: join the two rarest until one is left.

    Each join puts one more bit before the code of all symbols in it. zlib finds the same lengths
    for a codebook, up to 15 bits each, and stores the code itself as well.

    Examples
    --------
    >>> huffman_bits([0, 0, 0, 0, 1, 1, 2])  # codes of 1, 2 and 2 bits
    10
    """
    heap = list(Counter(symbols).values())
    if len(heap) == 1:
        return heap[0]
    heapify(heap)
    bits = 0
    while len(heap) > 1:
        joined = heappop(heap) + heappop(heap)
        bits += joined
        heappush(heap, joined)
    return bits
