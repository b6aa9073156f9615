"""Grading in isolation: student code runs in a jail, tests run outside of it on stand-ins."""
