"""Other forms of the book, made from the finished site: PDF, ePub and a folder to carry along."""
