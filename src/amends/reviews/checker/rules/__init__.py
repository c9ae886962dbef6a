"""The rules of the checker: each reads one text and yields what it found."""
