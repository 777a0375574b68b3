"""Pages: the blocks of a page that holds one release → its draft."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from osce_search.extraction.addresses import canonical_address
from osce_search.extraction.body import Body, read_body
from osce_search.extraction.candidates import EVIDENCE, Candidate, Draft
from osce_search.extraction.front_matter import FrontMatter, read_front_matter
from osce_search.extraction.head import Head
from osce_search.extraction.labels import Label, Labels, read_labels
from osce_search.extraction.layout import MAX_UNESCAPED, Block, clean_line, soup_blocks
from osce_search.extraction.mail import strip_reply
from osce_search.extraction.refusals import MAX_TAGS
from osce_search.extraction.templates import SAMPLE, Traits, name_page
from osce_search.extraction.titles import TitleChoice, find_title, strip_site, title_of
from osce_search.release import Origin

_GLUED = re.compile(r"(\d{6})\s+[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+")
_VISIT = re.compile(
    r"(?:sources of further information|view (?:it|this e-?mail) in your browser)[^:]{0,60}:\s*(https?://\S+)",
    re.IGNORECASE,
)


def read_single(blocks: Sequence[Block], found: Sequence[Label], head: Head) -> Draft | None:
    """The release of a page that holds one, or None where there is neither title nor text."""
    labels = read_labels(blocks, found)
    # With a label for it, the title is no line of its own.
    choice = TitleChoice(None, "label", ()) if labels["title"] else find_title(blocks, labels, head)
    at = choice.number
    printed = " ".join(labels["title"])
    title = strip_reply(printed or (_stated_title(head) if at is None else title_of(blocks[at], head)))
    front = read_front_matter(blocks, labels, -1 if at is None else at)
    body = read_body(blocks, title, 0 if at is None else at + 1, labels, front.blocks)
    article, selected = head.article, head.found
    if article and sum(map(len, body.paragraphs)) * 2 < len(article.body):
        body = Body(tuple(_split(article.body)))
    if not title and not body.paragraphs:
        return None
    link = blocks[at].link if at is not None and blocks[at].is_links else None
    return Draft(
        parser=name_page(_traits(blocks, labels, front, head)),
        title=title,
        paragraphs=body.paragraphs,
        dropped=body.dropped,
        labels=labels,
        dates=(
            *(Candidate("template", text) for text in selected.get("date", ())),
            *front.dates,
            *(article.dates if article else ()),
            *head.dates,
        ),
        placeline=front.placeline,
        type=front.type
        or next(iter((*selected.get("type", ()), *(article.section if article else ()), *head.section)), ""),
        sources=selected.get("source") or front.sources or (article.authors if article else ()),
        fields=front.fields or (*(article.keywords if article else ()), *head.tags),
        places=(*article.places, *filter(None, [article.dateline])) if article else (),
        countries=front.countries or (article.about if article else ()),
        url=_address(blocks, head, link or ""),
        language=head.language or (article.language if article else ""),
        hints=tuple(filter(None, (head.shortlink, link, *_numbers(blocks, at)))),
        titled=(Origin(title[:EVIDENCE], choice.origin or "head"), *choice.others),
    )


def _split(text: str) -> Iterator[str]:
    """The paragraphs of a body that came as one text, or as markup with no more of it than a page may have."""
    bounded = text.count("<") <= MAX_UNESCAPED and text.count("\n") <= MAX_TAGS
    if bounded and re.search(r"</?(?:p|br|div)\b", text, re.IGNORECASE):
        yield from (block.text for block in soup_blocks(text))
    else:
        yield from filter(None, map(clean_line, re.split(r"\n\s*", text)))


def _stated_title(head: Head) -> str:
    return strip_site(
        head.og_title or head.title or (head.article.headline if head.article else ""), head.site
    )


def _numbers(blocks: Sequence[Block], title: int | None) -> Iterator[str]:
    """The number that a feed glues before the text, where an aggregator republishes it."""
    for block in blocks[0 if title is None else title + 1 :][:4]:
        if match := _GLUED.match(block.text):
            yield match[1]


def _address(blocks: Sequence[Block], head: Head, link: str) -> str:
    """The release's address: as declared, as linked from its title, as a copy's own line, or where an e-mail points."""
    declared = head.canonical or head.og_url or (head.article.url if head.article else "") or link
    if declared:
        return canonical_address(declared, head.base) or declared
    alone = (block.text for block in blocks if block.tag == "line" and _ADDRESS.fullmatch(block.text))
    visit = (match[1] for block in blocks if (match := _VISIT.search(block.text)))
    return next(chain(alone, visit), "")


def _traits(blocks: Sequence[Block], labels: Labels, front: FrontMatter, head: Head) -> Traits:
    copied = bool(blocks) and blocks[0].tag in {"line", "li"} and len(blocks[0].path) == 1
    described = {"article"} if head.article else set()
    if head.og_title and (head.dates or head.og_type == "article"):
        described.add("opengraph")
    return Traits(
        copied=copied,
        labels=frozenset(labels.values),
        lines=[block.text for block in (*blocks[:SAMPLE], *blocks[-SAMPLE:])] if copied else (),
        markup=head.markup,
        head=frozenset(described),
        front=bool(front.placeline or front.section or (front.dates and not front.sources)),
    )
