"""The file /launcher.json: how it is read, and what is made of it for one server."""
