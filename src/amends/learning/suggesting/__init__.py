"""Causes suggested from the words of an account, and earlier accounts that are like it. Nothing leaves the machine."""
