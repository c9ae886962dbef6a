"""A Google Business Profile on this machine: four APIs, OAuth, Pub/Sub push, and pages on which people act."""
