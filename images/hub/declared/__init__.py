"""JupyterHub for declared people: who is let in, and which containers there are, is decided outside the hub.

The hub reads a roster and starts and stops containers that exist already. It cannot make, change or remove one.
"""
