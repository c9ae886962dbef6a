"""What goes out to Slack: cards that are kept true, lines under them, summaries."""
