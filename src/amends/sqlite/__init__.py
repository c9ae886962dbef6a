"""Django's SQLite backend, with writers of one process in a queue instead of in each other's way."""
