"""The rules, one file for each part of a case's life. `amends.protocol.decide` is the door to them."""
