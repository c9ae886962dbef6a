"""The arithmetic of the charts: pure, and every result says in words what it means. Sources: docs/decisions/0025."""
