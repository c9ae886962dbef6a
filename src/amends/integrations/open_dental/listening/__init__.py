"""Listening to Open Dental: what the team and the managers do there counts, whoever never opens Amends.

`roster` shares the databases among processes, `listener` gives each database its turns, `chores` says what is asked
how often. `commlogs`, `notes`, `tasks`, `visits` and `reread` each ask for one thing; `hearing` makes of an entry what
it means, through the one door of `cases.actions`.
"""
