"""Markers in texts: `UP-1042.7`, the case and a number of its own for each delivery."""

import re

# Of the entries that the guided run writes to prove the way: no patient's story ever has the number 0.
TRIAL_CASE = "UP-0"


def holds_marker(text: str, marker: str) -> bool:
    """Whether the text holds the whole marker: `UP-1042.7` is not in `UP-1042.71`, `XUP-1042.7` or `UP-1042.7.1`.

    A full stop or a dash may follow it, as at the end of a sentence; line breaks do not matter, because Open Dental
    may give them back as spaces (open-dental-api.md 2.5).
    """
    return bool(marker) and re.search(rf"(?<![\w-]){re.escape(marker)}(?!\w)(?![.-]\d)", text) is not None
