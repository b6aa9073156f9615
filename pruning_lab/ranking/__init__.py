"""Keep the highest numbers of each row of a table: exact counts, ties in reading order, fast.

The idea takes three lines. The k-th smallest number of a row is its *threshold*; what
exceeds it stays; of those that equal it, the last in reading order stay as well. In a long
row only a few numbers need ranking: a sample brackets the threshold, one pass over the row
decides all that lies outside the bracket, and what lies inside is ranked.
"""

from pruning_lab.ranking.long_row import keep_highest_of_all
from pruning_lab.ranking.pools import Pools
from pruning_lab.ranking.rows import keep_highest

__all__ = ["Pools", "keep_highest", "keep_highest_of_all"]
