"""Measurements of one run on this machine, side by side with what they are compared to."""
