"""Public reviews: what was said, who it might be, and the reply."""
