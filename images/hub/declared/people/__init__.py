"""Who is on the list, and what was given to whom: sessions, tokens, rights."""
