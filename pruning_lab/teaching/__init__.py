"""What the book adds to the library: demos, figures, feedback. Each part loads alone."""
