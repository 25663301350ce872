"""The addresses of /v1, one file a subject."""
