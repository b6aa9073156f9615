"""The version of the book that runs in the browser."""
