"""What outlives the hub: its database, and files beside it."""
