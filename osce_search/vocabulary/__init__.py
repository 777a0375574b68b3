"""Vocabulary: a label as found → the controlled value."""

from osce_search.vocabulary.normalisation import fold, normalise
from osce_search.vocabulary.terms import VOCABULARIES, Alias, Term, Vocabulary, canonical, vocabulary
from osce_search.vocabulary.wordlists import (
    ASK_WORDS,
    STOP_WORDS,
    Acronym,
    acronyms,
    drop_stop_words,
    is_stop_word,
    synonyms,
)

__all__ = [
    "ASK_WORDS",
    "STOP_WORDS",
    "VOCABULARIES",
    "Acronym",
    "Alias",
    "Term",
    "Vocabulary",
    "acronyms",
    "canonical",
    "drop_stop_words",
    "fold",
    "is_stop_word",
    "normalise",
    "synonyms",
    "vocabulary",
]
