"""What comes in from Slack: commands, buttons, modals and the Home tab, over HTTP or Socket Mode.

Each is acknowledged first and seen to afterwards, in threads of its own: Slack waits three seconds, and what comes
later is an error on somebody's telephone. A press is a request and no authority: who it was and what they may do is
asked of Amends each time (slack.md 3, 4).
"""
