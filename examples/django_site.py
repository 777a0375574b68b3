"""A search page in Django, in one file.

    python examples/django_site.py runserver
    open http://127.0.0.1:8000/?q=border

In a project of your own, `search` goes into views.py, PAGE into a template, and `index` stays a module-level function.
"""

from __future__ import annotations

import functools
import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from osce_search import Index, OsceSearchError, open_index
from osce_search.results import Snippet

FACETS = ("country", "field", "year")

PAGE = Engine().from_string("""<!doctype html>
<html lang="en">
<title>{{ text }} – press releases</title>
<form><input name="q" value="{{ text }}"> <button>Search</button></form>
{% if error %}<p role="alert">{{ error }}</p>{% endif %}
{% if results %}
<p>{{ results.total }} releases{% if results.relaxed %} that have some of the words{% endif %}</p>
{% for note in results.notes %}<p>{{ note }}</p>{% endfor %}
<ol>{% for hit, passages in hits %}
  <li><a href="{{ hit.url }}">{{ hit.title }}</a> {{ hit.date }}
    {% for passage in passages %}<br>{{ passage }}{% endfor %}</li>
{% endfor %}</ol>
{% for facet, links in facets %}
<h2>{{ facet.label }}</h2>
<ul>{% for bucket, query in links %}
  <li><a href="?{{ query }}">{{ bucket.label }}</a> {{ bucket.count }}{% if bucket.selected %} ✓{% endif %}</li>
{% endfor %}</ul>
{% endfor %}
{% endif %}
</html>
""")


@functools.cache
def index() -> Index:
    """Return the index, opened at the first request of this process; threads share it."""
    return open_index(os.environ.get("OSCE_SEARCH_INDEX", "index"))


def mark(snippet: Snippet) -> SafeString:
    """Return a passage as HTML, with what matched in <mark>. `marks` are offsets into `text`."""
    parts: list[SafeString] = []
    at = 0
    for start, end in snippet.marks:
        parts.append(format_html("{}<mark>{}</mark>", snippet.text[at:start], snippet.text[start:end]))
        at = end
    return format_html_join("", "{}", ((part,) for part in [*parts, format_html("{}", snippet.text[at:])]))


def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    filters = {facet: request.GET.getlist(facet) for facet in FACETS if facet in request.GET}
    shown: dict[str, object] = {"text": text}
    try:
        index().refresh()
        results = index().search(text, filters=filters, facets=FACETS)
        shown["results"] = results
        shown["hits"] = [(hit, [mark(snippet) for snippet in hit.snippets]) for hit in results.hits]
        shown["facets"] = [
            (counts, [(bucket, choose(request, name, bucket.value)) for bucket in counts.buckets])
            for name, counts in results.facets.items()
        ]
    except OsceSearchError as error:
        shown["error"] = str(error)
    return HttpResponse(PAGE.render(Context(shown)), status=400 if "error" in shown else 200)


def choose(request: HttpRequest, facet: str, value: str) -> str:
    """Return the query string after choosing a value in the place of what was chosen in its facet."""
    chosen = request.GET.copy()
    chosen[facet] = value
    return chosen.urlencode()


urlpatterns = [path("", search)]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["localhost", "127.0.0.1", "testserver"],
        DEBUG=False,
        ROOT_URLCONF=__name__,
        SECRET_KEY="for this example only",
    )
    django.setup()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
