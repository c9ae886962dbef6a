"""The Slack simulator: the Web API over HTTP, a seeded workspace, and a page on which a person reads the channels."""
