"""Events: what the machines of an office send by themselves (open-dental-api.md 3.15)."""
