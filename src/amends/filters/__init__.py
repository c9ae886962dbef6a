"""The commands that read JSON lines and answer them, for scripts and for migration."""
