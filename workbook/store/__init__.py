"""The only room that knows a database."""
