"""What the book adds to the library: demos, figures, feedback. Empty: parts load alone."""
