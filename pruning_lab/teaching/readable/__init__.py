"""The fast algorithms of the library once more, to be read: short, slow, and tested to agree."""
