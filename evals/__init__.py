"""Measures the guards and the triage on labelled replies and posts."""
