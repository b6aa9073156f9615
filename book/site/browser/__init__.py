"""A reader that is a program: it visits the built site for measurements and tests."""
