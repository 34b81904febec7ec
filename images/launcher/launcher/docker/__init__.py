"""Docker: its API, and containers that run once and end."""
