"""Monday's two minutes: the numbers of any days, reckoned in one place for the page, Slack and e-mail."""
