"""How cases go: one generator for each way that a case may take."""
