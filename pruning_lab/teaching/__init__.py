"""What the book adds to the library: demos, figures, feedback. Empty, so that a part loads alone."""
