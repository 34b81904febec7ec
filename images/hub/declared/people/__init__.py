"""Who is on the list, and which sessions, tokens and rights each person was given."""
