"""From how many numbers on another way is faster: none of these changes a result."""

CHUNK = 1 << 17  # numbers that fit a core's own cache
MANY = 1 << 23  # numbers that are worth threads
FEW = 1 << 12  # numbers of a single row: up to so many, a sample does not pay
