"""Durable jobs in PostgreSQL: the home of procrastinate."""
