"""The Open Dental simulator: the REST API over HTTP, a seeded group, and pages for people."""
