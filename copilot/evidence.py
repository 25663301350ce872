"""What makes two posts the same, and what an approval is bound to."""

import hashlib
import json
import unicodedata

from copilot.domain import Post


def text_sha256(text: str) -> str:
    """The digest of exactly these characters, in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def post_sha256(post: Post) -> str:
    """The digest of everything public in a post: any changed character gives another."""
    parts = {
        "text": post.text,
        "author": post.author,
        "platform": post.platform,
        "posted_at": post.posted_at.isoformat() if post.posted_at else None,
        "thread": [[turn.text, turn.ours, turn.author] for turn in post.thread],
        "rating": post.rating,
        "url": post.url,
    }
    return text_sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def same_text(text: str, author: str) -> str:
    """Equal for the same words by the same author, whatever their Unicode form and white space."""
    return text_sha256(f"{plain(text)}\n{plain(author)}")


def plain(text: str) -> str:
    """The text in Unicode's composed form, each run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
