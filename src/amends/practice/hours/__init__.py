"""Open hours of an office as people see and change them. What they mean is in `protocol/hours.py`."""
