"""Service recovery for dental groups that run on Open Dental."""

__version__ = "0.1.0"
