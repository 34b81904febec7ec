"""What outlives the hub's container: the database, and files next to it."""
