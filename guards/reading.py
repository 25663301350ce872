"""What every rule is given: the text read once, and which of its sentences are already known."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from guards import inventory, language, moves
from guards.context import Context
from guards.text import Folded, Sentence, fold, sentences


@lru_cache(maxsize=64)
def folded_post(text: str) -> Folded:
    """The text of a post, folded: while a reply is typed, every keystroke asks for the same one."""
    return fold(text)


@dataclass(frozen=True)
class Reading:
    """A text with its context, folded and split once for all rules."""

    text: str
    context: Context

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence of the text."""
        return sentences(self.text)

    @cached_property
    def known(self) -> tuple[Sentence, ...]:
        """Sentences of the inventory, greetings, closings and signatures: the sentence rules leave them alone."""
        formal = {sentence.start for sentence in moves.formalities(self.sentences, self.context)}
        return tuple(
            sentence
            for sentence in self.sentences
            if sentence.start in formal or inventory.knows(sentence, self.context)
        )

    @cached_property
    def open(self) -> tuple[Sentence, ...]:
        """Sentences that are not known, which the sentence rules look at."""
        known = {sentence.start for sentence in self.known}
        return tuple(sentence for sentence in self.sentences if sentence.start not in known)

    @cached_property
    def unknown(self) -> tuple[Sentence, ...]:
        """Open sentences that are no known move either: nobody can say of them that they tell nothing."""
        return tuple(sentence for sentence in self.open if not moves.is_move(sentence, self.context))

    @cached_property
    def public_facts(self) -> tuple[Sentence, ...]:
        """Sentences that are, word for word, public facts of the clinic: known, yet insinuation looks at them too."""
        return tuple(sentence for sentence in self.sentences if inventory.is_public_fact(sentence, self.context))

    @cached_property
    def post(self) -> Folded:
        """The text of the post that is answered, folded; empty where there is none."""
        return folded_post(self.context.post.text if self.context.post else "")

    @cached_property
    def folded(self) -> Folded:
        """The whole text folded, for rules that look across sentences."""
        return fold(self.text)

    @cached_property
    def language(self) -> str:
        """The language the text is written in: `da`, `en`, `sv`, `nb`, `de`, or empty where it shows none."""
        return language.of(self.text)
