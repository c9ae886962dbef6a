"""People who are away, and who covers for them: saying so, seeing it, and noticing where nobody does."""
