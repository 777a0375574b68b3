"""Vocabulary: a label as found → the controlled value."""

from osce_search.vocabulary.acronyms import Acronym, acronyms
from osce_search.vocabulary.chairs import Chair, chair, seats
from osce_search.vocabulary.folding import fold
from osce_search.vocabulary.names import name_groups
from osce_search.vocabulary.terms import Alias, Term, Vocabulary, canonical, vocabulary

__all__ = [
    "Acronym",
    "Alias",
    "Chair",
    "Term",
    "Vocabulary",
    "acronyms",
    "canonical",
    "chair",
    "fold",
    "name_groups",
    "seats",
    "vocabulary",
]
