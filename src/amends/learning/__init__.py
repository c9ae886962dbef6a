"""What went wrong, what is changed, and whether it held."""
