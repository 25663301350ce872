"""The door: HTTP, pages, access and settings."""
