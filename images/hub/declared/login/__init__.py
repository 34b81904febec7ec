"""How people show who they are, and whether they are let in."""
