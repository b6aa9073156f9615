"""Demos of the chapters: a pure, tested computation, and the Explorer that shows it."""
