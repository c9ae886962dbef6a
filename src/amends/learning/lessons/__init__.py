"""Lessons: one-minute cards for the morning huddle, and the library of fixes that held."""
