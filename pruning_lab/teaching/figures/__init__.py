"""Figures of the book: one noun a file; each takes arrays, trains nothing, returns a Figure."""
