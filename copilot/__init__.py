"""Havblik: from a post to an approved reply."""
