"""Pages: the blocks of a page → a draft of each release that it holds, or lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from osce_search.extraction.addresses import canonical_address, node_number
from osce_search.extraction.body import Body, read_body
from osce_search.extraction.candidates import EVIDENCE, Candidate, Draft
from osce_search.extraction.carriers import strip_reply
from osce_search.extraction.front_matter import FrontMatter, is_metadata, read_front_matter
from osce_search.extraction.head import Head
from osce_search.extraction.labels import Label, Labels, read_labels
from osce_search.extraction.layout import MAX_UNESCAPED, Block, clean_line, soup_blocks
from osce_search.extraction.lines import (
    LISTING_HEADINGS,
    is_caption,
    is_date,
    is_end,
    is_front,
    is_noise,
    is_prose,
    is_section,
    line_key,
)
from osce_search.extraction.refusals import MAX_TAGS
from osce_search.extraction.templates import SAMPLE, Traits, name_page
from osce_search.extraction.titles import TitleChoice, find_title, strip_site, title_of
from osce_search.release import Origin
from osce_search.vocabulary.datelines import is_dated

_GLUED = re.compile(r"(\d{6})\s+[^\W\d_]")
_VISIT = re.compile(
    r"(?:sources of further information|view (?:it|this e-?mail) in your browser)[^:]{0,60}:\s*(https?://\S+)",
    re.IGNORECASE,
)


def read_single(blocks: Sequence[Block], found: Sequence[Label], head: Head) -> Draft | None:
    """Return the release of a page that holds one, or None if there is neither title nor text."""
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
    """Yield the paragraphs of a body that is one text. Markup in it is read up to the limits of a page."""
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
    """Yield the node number that an aggregator glues before the text."""
    for block in blocks[0 if title is None else title + 1 :][:4]:
        if match := _GLUED.match(block.text):
            yield match[1]


def _address(blocks: Sequence[Block], head: Head, link: str) -> str:
    """Return the address of the release: declared, the link of its title, a line of a copy, or a link of an e-mail."""
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


FEWEST = 2
"""So many items make a listing; under a listing's heading one with little text does."""

_ADDRESS = re.compile(r"https?://\S+\Z")
_PAGER = re.compile(
    r"(?:page \d+|next|previous|prev|last|first|older|newer|more results|load more|results? \d+|\d+ results?|"
    r"[«»‹›<>\d\s|.…-]+\Z"
    r"|следующ|предыдущ|наступн|попередн|sledeć|sljedeć|prethod|tjetër|para)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Item:
    """One item: the number of its title's block, its labels or bare dates, and where its teaser begins."""

    title: int
    labels: tuple[Label, ...]
    published: tuple[str, ...]
    body: int


def read_listing(blocks: Sequence[Block], found: Sequence[Label], head: Head) -> tuple[Draft, ...]:
    """Return the releases that a page lists, or () if it is no listing.

    An item is a title with labels below it; where there are no labels, a linked heading with a date before or after.
    """
    headed = _is_headed(blocks, head)
    items = _labelled(blocks, found) or (_dated(blocks) if headed else [])
    if not items or _is_single(blocks, items, head, headed):
        return ()
    parser = "fom-listing" if _is_media_freedom(blocks, items) else "listing"
    ends = [*(item.title for item in items[1:]), len(blocks)]
    return tuple(_draft(blocks, item, end, head, parser) for item, end in zip(items, ends, strict=True))


def split_releases(
    blocks: Sequence[Block], found: Sequence[Label], head: Head
) -> tuple[Sequence[Block], ...]:
    """Return the blocks of each release of a page that holds several with their texts, or nothing.

    Each has a title, and below it, with at most labels and lines of front matter between, a paragraph with a dateline.
    Titles are alike, and so are these paragraphs. A page whose head names one of the titles holds that release, and
    others beside.
    """
    labelled = {number for label in found for number in range(label.first, label.last + 1)}

    def is_frame(number: int) -> bool:
        return number in labelled or is_metadata(blocks[number]) or is_caption(blocks[number].text)

    begins: list[int] = []
    titles: list[str] = []
    shapes: set[tuple[object, ...]] = set()
    floor = 0
    for number, block in enumerate(blocks):
        if not (is_prose(block.text) and is_dated(block.text)):
            continue
        title = number - 1
        while title > floor and is_frame(title):
            title -= 1
        if title < floor or not _is_title(blocks[title]):
            continue
        titles.append(line_key(blocks[title].text))
        begin = title
        while begin > floor and (is_front(blocks[begin - 1].text) or is_section(blocks[begin - 1].text)):
            begin -= 1
        begins.append(begin)
        shapes.add((_shape(blocks[title]), _shape(block)))
        floor = number + 1
    if len(begins) < FEWEST or len(shapes) > 1:
        return ()
    stated = {
        line_key(form) for text in (head.title, head.og_title) for form in (text, strip_site(text, head.site))
    }
    if not stated.isdisjoint(titles):
        return ()
    return tuple(blocks[begin:end] for begin, end in zip(begins, [*begins[1:], len(blocks)], strict=True))


def _is_title(block: Block) -> bool:
    text = block.text
    marked = block.is_heading or block.is_emphasised or block.tag in {"line", "dt"}
    return (
        marked and not block.is_links and not is_prose(text) and text.count(" ") >= 2
        and not text.endswith((".", ":", ";")) and not is_noise(text) and not is_end(text)
    )  # fmt: skip


def _shape(block: Block) -> tuple[str, str, int]:
    return block.tag, block.names, len(block.path)


def _is_headed(blocks: Sequence[Block], head: Head) -> bool:
    """Whether the page calls itself a list; "Newsroom" and "News" stand above single releases, too."""
    if node_number(head.canonical or head.og_url):
        return False
    lines = (block.text for block in blocks[:60] if block.is_heading or block.tag == "line")
    titles = (strip_site(head.title, head.site), *lines)
    return any(len(line.split()) > 1 and line.casefold().strip() in LISTING_HEADINGS for line in titles)


def _is_single(blocks: Sequence[Block], items: Sequence[_Item], head: Head, headed: bool) -> bool:
    """Whether the first item is the page's own release, and the others, if any, are related ones."""
    if len(items) < FEWEST and not headed:
        return True
    title = blocks[items[0].title]
    own = {
        line_key(form) for text in (head.title, head.og_title) for form in (text, strip_site(text, head.site))
    }
    if title.tag == "h1" or line_key(title.text) in own - {""}:
        return True
    running = sum(1 for block in blocks[items[0].body :] if is_prose(block.text))
    return len(items) < FEWEST and running > FEWEST


def _labelled(blocks: Sequence[Block], found: Sequence[Label]) -> list[_Item]:
    groups: list[list[Label]] = []
    for label in found:
        if groups and all(
            _ADDRESS.match(block.text) for block in blocks[groups[-1][-1].last + 1 : label.first]
        ):
            groups[-1].append(label)
        else:
            groups.append([label])
    items: list[_Item] = []
    for group in groups:
        if not any(label.meaning == "published" for label in group):
            continue
        title, taken = group[0].first - 1, items[-1].body - 1 if items else -1
        while title > taken and (_ADDRESS.match(blocks[title].text) or is_noise(blocks[title].text)):
            title -= 1
        if title > taken:
            items.append(_Item(title, tuple(group), (), group[-1].last + 1))
    return items


def _dated(blocks: Sequence[Block]) -> list[_Item]:
    titles = [
        number
        for number, block in enumerate(blocks)
        if block.link and block.is_links and (block.is_heading or block.tag in {"li", "dt", "div", "p", "td"})
        if len(block.text) > 25 and not is_section(block.text) and not is_date(block.text)
    ]
    items: list[_Item] = []
    for number, after in zip(titles, [*titles[1:], len(blocks)], strict=False):
        floor = items[-1].body if items else 0
        below = [at for at in range(number, after) if blocks[at].time or is_date(blocks[at].text)]
        above = (
            [number - 1]
            if number > floor and (blocks[number - 1].time or is_date(blocks[number - 1].text))
            else []
        )
        dates = tuple(blocks[at].time or blocks[at].text for at in (*above, *below))
        if dates:
            items.append(_Item(number, (), dates, number + 1))
    return items


def _is_media_freedom(blocks: Sequence[Block], items: Sequence[_Item]) -> bool:
    meanings = {label.meaning for item in items for label in item.labels}
    above = " ".join(block.text for block in blocks[max(0, items[0].title - 5) : items[0].title]).casefold()
    return not meanings & {"type", "source"} and ("country" in meanings or "freedom of the media" in above)


def _draft(blocks: Sequence[Block], item: _Item, end: int, head: Head, parser: str) -> Draft:
    title = blocks[item.title]
    first = item.labels[0].first if item.labels else item.title + 1
    link = title.link or next(
        (block.text for block in blocks[item.title + 1 : first + 1] if _ADDRESS.match(block.text)),
        next((block.link for block in blocks[item.title : end] if block.link and block.is_links), ""),
    )
    values: dict[str, tuple[str, ...]] = {}
    for label in item.labels:
        values.setdefault(label.meaning, label.values)
    return Draft(
        parser=parser,
        title=title.text,
        paragraphs=_teaser(blocks[item.body : end], last=end == len(blocks)),
        labels=Labels(values),
        dates=tuple(Candidate("line published", text) for text in item.published),
        url=canonical_address(link, head.base) or "" if link else "",
        language=head.language,
        hints=(link,) if link else (),
        partial=True,
    )


def _teaser(blocks: Sequence[Block], *, last: bool) -> tuple[str, ...]:
    """Return the teaser as one paragraph. After the last item of a page, it ends with the running text."""
    kept: list[str] = []
    for block in blocks:
        text = block.text
        if is_end(text):
            break
        if is_noise(text) or is_date(text) or _ADDRESS.match(text) or (block.is_links and not is_prose(text)):
            continue
        if last and (_PAGER.match(text) or (kept and not is_prose(text))):
            break
        kept.append(text)
    return (" ".join(kept),) if kept else ()
