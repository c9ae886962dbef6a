"""A fictional group with months of history. It stands apart: nothing imports it but the command `amends demo`."""
