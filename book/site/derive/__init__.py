"""What is derived from the text of chapters and exercises: answers, notebooks, the wheel."""
