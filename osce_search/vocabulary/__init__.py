"""Vocabulary: a label as found → the controlled value."""

from osce_search.vocabulary.acronyms import Acronym, acronyms
from osce_search.vocabulary.folding import fold
from osce_search.vocabulary.terms import Alias, Term, Vocabulary, canonical, vocabulary

__all__ = [
    "Acronym",
    "Alias",
    "Term",
    "Vocabulary",
    "acronyms",
    "canonical",
    "fold",
    "vocabulary",
]
