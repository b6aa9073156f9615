"""Models of other frameworks as ours, and back: one file a framework, imported by its name."""
