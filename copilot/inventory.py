"""Makes guards/inventory.toml from prompts/: every curated sentence, with its slots in braces.

Guards read that file and know nothing of templates. `python -m copilot inventory` writes it; a test says that it is
current.
"""

import hashlib
import json
from pathlib import Path

from copilot import prompting
from guards.text import sentence_spans

FILE = Path(__file__).parent.parent / "guards" / "inventory.toml"


def main() -> int:
    """Writes the inventory where it is not current; 0 is the exit status."""
    text = rendered()
    if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
        FILE.write_text(text, encoding="utf-8")
    return 0


def rendered() -> str:
    """The inventory as TOML: a sorted list of sentences a language, and the digest of their wording."""
    lists = [f"{language} = [\n{_rows(language)}]\n" for language in prompting.LANGUAGES]
    head = f"# Made from prompts/ by `python -m copilot inventory`; not edited by hand.\n# wording: {digest()}\n"
    return "\n".join([head, *lists])


def _rows(language: str) -> str:
    # A JSON string of printable characters is a TOML string too.
    return "".join(f"  {json.dumps(sentence, ensure_ascii=False)},\n" for sentence in sentences(language))


def sentences(language: str) -> tuple[str, ...]:
    """Every curated sentence of a language, sorted, with its slots unfilled: `Ring til os på {phone}.`"""
    found: set[str] = set()
    for path in _files(language):
        for section in prompting.sections(language, path.stem):
            for variant in section.variants:
                text = variant.template.render({slot: f"{{{slot}}}" for slot in variant.slots})
                found.update(text[start:end] for start, end in sentence_spans(text))
    return tuple(sorted(found))


def digest() -> str:
    """Names the wording: SHA-256 over every curated file, in order."""
    made = hashlib.sha256()
    for language in prompting.LANGUAGES:
        for path in _files(language):
            made.update(f"{language}/{path.name}\n".encode())
            made.update(path.read_bytes())
    return made.hexdigest()


def _files(language: str) -> list[Path]:
    return sorted((prompting.PROMPTS / language).glob("*.j2"))
