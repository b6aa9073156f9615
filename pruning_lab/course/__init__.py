"""A course module: release, collect, grade, feedback, export."""
