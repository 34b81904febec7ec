"""Starts and stops people's servers by the clock: the section `schedule` of the stack file."""
