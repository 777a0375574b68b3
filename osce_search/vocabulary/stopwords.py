"""Stop words: English function words, which say nothing of what a question or a title is about."""

from __future__ import annotations

__all__ = ["STOP_WORDS", "is_stop_word"]

_ARTICLES = "a an the this that these those some any each both such"
_CONJUNCTIONS = "and or nor but if then than so as because while although though whether"
_PREPOSITIONS = "of in on at by for from to into onto with within about over under upon via"
_PRONOUNS = (
    "i me my we our ours you your yours he him his she her hers it its they them their theirs "
    "what which who whom whose where when why how there here"
)
_AUXILIARIES = (
    "am is are was were be been being do does did done has have had having "
    "can could shall should will would must"
)
_PARTICLES = "not no also only just very too"

STOP_WORDS = frozenset(
    " ".join((_ARTICLES, _CONJUNCTIONS, _PREPOSITIONS, _PRONOUNS, _AUXILIARIES, _PARTICLES)).split()
)
"""Function words of English, in lower case.

Where words stand side by side (`role of women in elections`), those of this list are left out of what a release
must contain. They count inside a phrase, beside a written AND, OR or NEAR, after NOT, `-`, `+` or a field's name,
and where nothing else was asked (`who is who`). In capitals they are acronyms (`WHO`, `IT`, `US`) unless the whole
question is in capitals. Words with a meaning of their own in releases (against, between, without, all, may) are not in
the list.
"""

_FORMS = STOP_WORDS | {word.capitalize() for word in STOP_WORDS}


def is_stop_word(word: str, *, shouted: bool = False) -> bool:
    """Whether the word is of the list; `shouted` says that the whole question is in capitals.

    >>> is_stop_word("Of"), is_stop_word("WHO"), is_stop_word("WHO", shouted=True)
    (True, False, True)
    """
    return word in _FORMS or (shouted and word.lower() in STOP_WORDS)
