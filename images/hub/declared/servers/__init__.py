"""People's servers: started, stopped, looked at."""
