"""Refuses what is too large for the server to open or take in, with words, before it costs memory.

JupyterLab asks for a whole file as one piece of JSON, and making that takes several times the file's size. Above the
container's memory limit the system would end kernels or the server. Downloads are sent in pieces and have no limit.
"""
