"""Guards: text in, verdict out. Knows nobody above."""
