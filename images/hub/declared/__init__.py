"""JupyterHub for declared people. The stack file, not the hub, decides who gets in and which containers exist.

The hub reads a roster, and starts and stops containers that exist already. It cannot create, change or remove one.
"""
