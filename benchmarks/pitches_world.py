"""Invented inboxes for the benchmark of `linkbak pitches`, with the truth about every text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.pitches_held_out import HELD_OUT
from benchmarks.pitches_texts import BIRTHDAYS, CANNED, FILLERS, FORWARDED, FRAMES, REWRITTEN, TEMPLATES
from linkbak.talk.templates import words

LEVELS = ("same words", "light edits", "12 % of words", "30 %, shuffled", "rewritten")
OWNER = "Ada Example"
_COMPANIES = ("Example GmbH", "Acme Placeholder Ltd", "Sample & Sons", "Invented Works", "Nobody Inc", "Muster AG")
_EXTRAS = {
    "en": ("Have a great day!", "Best regards", "Sent from my phone", "P.S. Congratulations on the new role!"),
    "de": ("Schöne Woche noch!", "Beste Grüße", "Herzlich aus Köln"),
    "fr": ("Belle journée à vous", "Bien cordialement"),
    "es": ("Un saludo cordial", "¡Que tengas buen día!"),
}
_SPACELESS = frozenset(("zh", "ja", "th"))


class Labelled(NamedTuple):
    """A text from somebody: of which template it is a copy ("" for none), how much changed, and what kind it is."""

    text: str
    sender: str
    template: str
    level: str
    kind: str


def inbox(seed: int, personal: int = 3000, *, unseen: bool = True) -> list[Labelled]:
    """The copies of all templates (held-out ones, or those for choosing), personal messages, and what is hard to tell."""
    chance = random.Random(seed)
    templates = HELD_OUT if unseen else TEMPLATES
    copies = _copies(chance, templates)
    found = [*copies, *_rewritten(chance), *_hard(chance), *_personal(chance, personal, templates)]
    chance.shuffle(found)
    return [one._replace(sender=f"{one.sender} {number}") for number, one in enumerate(found)]


def _copies(chance: random.Random, given: Mapping[str, Sequence[str]]) -> Iterator[Labelled]:
    for language, templates in given.items():
        vocabulary = _vocabulary(language)
        for number, template in enumerate(templates):
            for level, many in zip(LEVELS, (chance.randint(1, 3), 4, 4, 3), strict=False):
                for _ in range(many):
                    text = _rewrite(chance, _filled(chance, template), language, level, vocabulary)
                    yield Labelled(text, _name(chance), f"{language} {number}", level, "pitch")


def _rewritten(chance: random.Random) -> Iterator[Labelled]:
    for number, texts in enumerate(REWRITTEN):
        for text in texts:
            yield Labelled(text, _name(chance), f"rewritten {number}", LEVELS[-1], "pitch")


def _hard(chance: random.Random) -> Iterator[Labelled]:
    for kind, texts in (("birthday", BIRTHDAYS), ("canned", CANNED), ("forward", FORWARDED)):
        for text in texts:
            for _ in range(6):
                filled = _rewrite(chance, _fill(chance, text), "en", LEVELS[1], _vocabulary("en"))
                yield Labelled(filled, _name(chance), "", "", kind)


def _personal(chance: random.Random, many: int, templates: Mapping[str, Sequence[str]]) -> Iterator[Labelled]:
    """Every fifth begins as a pitch does."""
    languages = list(FRAMES)
    for number in range(many):
        language = chance.choice([*languages, "en", "en"])
        sentences = [_sentence(chance, frame) for frame in chance.sample(FRAMES[language], chance.randint(2, 6))]
        borrows = number % 5 == 0
        if borrows:
            opener = re.split(r"(?<=[.!?]) ", chance.choice(templates.get(language, TEMPLATES[language])))
            sentences.insert(0, _filled(chance, " ".join(opener[: 2 if len(opener[0].split()) < 6 else 1])))
        yield Labelled(" ".join(sentences), _name(chance), "", "", "borrowing" if borrows else "personal")


def _sentence(chance: random.Random, frame: str) -> str:
    text = _fill(chance, frame)
    return text[:1].upper() + text[1:] + chance.choice((".", ".", "!", "?"))


def _fill(chance: random.Random, text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: chance.choice(FILLERS[slot[1]]), text)


def _filled(chance: random.Random, template: str) -> str:
    company = chance.choice(_COMPANIES)
    return template.format(name=chance.choice(("Ada", OWNER)), company=company, n=chance.randint(3, 400))


def _name(chance: random.Random) -> str:
    return f"{chance.choice(FILLERS['person'])} {chance.choice(('Sample', 'Invented', 'Newcomer', 'Nobody', 'Muster'))}"


def _vocabulary(language: str) -> list[str]:
    texts = [*TEMPLATES.get(language, ()), *HELD_OUT.get(language, ()), *FRAMES.get(language, ())]
    return sorted({word for text in texts for word in _pieces(re.sub(r"\{\w+\}", "", text), language)})


def _pieces(text: str, language: str) -> list[str]:
    """The words; where none are written, two characters each."""
    if language not in _SPACELESS:
        return text.split()
    found = words(text)
    return [text[one.start : other.end] for one, other in zip(found[::2], found[1::2], strict=False)]


def _rewrite(chance: random.Random, text: str, language: str, level: str, vocabulary: Sequence[str]) -> str:
    if level == LEVELS[1]:
        text = _replaced(chance, text, language, vocabulary, 2)
        return f"{text} {chance.choice(_EXTRAS.get(language, ('', ':-)')))}" if chance.random() < 0.7 else text
    if level == LEVELS[2]:
        return _replaced(chance, text, language, vocabulary, round(0.12 * len(_pieces(text, language))))
    if level == LEVELS[3]:
        text = _replaced(chance, text, language, vocabulary, round(0.3 * len(_pieces(text, language))))
        sentences = re.split(r"(?<=[.!?。！？？،]) ?", text)
        chance.shuffle(sentences)
        return " ".join(sentences)
    return text


def _replaced(chance: random.Random, text: str, language: str, vocabulary: Sequence[str], many: int) -> str:
    """So many words replaced by others of the language."""
    if language not in _SPACELESS:
        split = text.split()
        for at in chance.sample(range(len(split)), min(many, len(split))):
            split[at] = chance.choice(vocabulary)
        return " ".join(split)
    found = words(text)
    places = chance.sample(range(0, len(found) - 1, 2), min(many, len(found) // 2))
    for at in sorted(places, reverse=True):
        text = text[: found[at].start] + chance.choice(vocabulary) + text[found[at + 1].end :]
    return text
