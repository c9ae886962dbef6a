"""People, justly: what the cases of one person have in common, never who has more of them than somebody else."""
