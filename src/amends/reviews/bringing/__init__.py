"""The ways by which reviews come in without a site's own API: a file, a review tool's webhooks, a person."""
