"""Vocabulary: a label as found → the controlled value."""

from osce_search.vocabulary.terms import Term, Vocabulary, canonical, vocabulary

__all__ = ["Term", "Vocabulary", "canonical", "vocabulary"]
