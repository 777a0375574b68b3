"""A JSON search API in Starlette.

uvicorn --app-dir examples starlette_app:app
curl 'http://127.0.0.1:8000/search?q=border&country=TJ&since=2008'
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from osce_search import OsceSearchError, open_index
from osce_search.errors import BudgetExceeded, IndexUnavailable, QueryError

FACETS = ("country", "field", "source", "year")


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the index once; all requests share it."""
    with open_index(os.environ.get("OSCE_SEARCH_INDEX", "index")) as index:
        app.state.index = index
        yield


def search(request: Request) -> JSONResponse:
    """Answer a query. Starlette runs a plain function in a thread, so that a slow query holds up no other request."""
    index = request.app.state.index
    index.refresh()  # See what a writer has committed since; cheap when there is nothing new.
    asked = request.query_params
    results = index.search(
        asked.get("q", ""),
        filters={facet: asked.getlist(facet) for facet in FACETS if facet in asked},
        since=asked.get("since"),
        until=asked.get("until"),
        facets=FACETS,
    )
    return JSONResponse(
        {
            "total": results.total,
            "relaxed": results.relaxed,
            "notes": results.notes,
            "hits": [
                {"id": hit.id, "title": hit.title, "date": hit.date and hit.date.isoformat(), "url": hit.url}
                for hit in results.hits
            ],
            "facets": {
                name: [{"value": b.value, "label": b.label, "count": b.count} for b in counts.buckets]
                for name, counts in results.facets.items()
            },
        }
    )


def refuse(request: Request, error: Any) -> JSONResponse:
    """Answer an error. Messages are written for users: show them."""
    status = 503 if isinstance(error, IndexUnavailable | BudgetExceeded) else 500
    return JSONResponse({"error": str(error)}, 400 if isinstance(error, QueryError) else status)


app = Starlette(
    routes=[Route("/search", search)], lifespan=lifespan, exception_handlers={OsceSearchError: refuse}
)
