"""Which address shows what. Every view stands here once and is served twice: set as HTML, and as data with `.json` behind the address."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from dragoman.errors import UsageError
from dragoman.web import articles, dossier, names, pages, queries
from dragoman.web.coding import MOST_CHARACTERS, code_text
from dragoman.web.exports import View, chosen_ids, citation
from dragoman.web.filters import Day, Filters, Kind
from dragoman.web.index import Index
from dragoman.web.render import environment

__all__ = ["PROBLEMS", "In", "Problem", "as_html", "as_json", "html_page", "router"]


class Problem(BaseModel):
    """What went wrong, and what to do."""

    error: str
    hint: str


def _index(request: Request) -> Index:
    index: Index = request.app.state.desk.index
    return index


In = Annotated[Index, Depends(_index)]
Asked = Annotated[Filters, Query()]
Page = Annotated[int, Query(ge=1, le=10_000)]
Word = Annotated[str | None, Query(max_length=120)]
Named = Annotated[str, Query(min_length=1, max_length=120)]
Key = Annotated[str, Path(max_length=40, pattern=r"^([A-Z0-9]{2,4}|ac_[0-9a-f]{16})$")]
ArticleId = Annotated[str, Path(max_length=40, pattern=r"^ar_[0-9a-f]{16}$")]


def _view_overview(index: In) -> Any:
    return pages.overview(index)


def _view_search(index: In, filters: Asked) -> Any:
    return pages.search(index, filters)


def _view_article(index: In, article_id: ArticleId) -> Any:
    return index.kept(("article", article_id), lambda: articles.article(index, article_id))


def _view_differences(index: In, article_id: ArticleId, other_id: ArticleId) -> Any:
    return articles.differences(index, article_id, other_id)


def _view_actors(index: In, q: Word = None, country: Word = None, page: Page = 1) -> Any:
    return pages.actors(index, q or None, country or None, page)


def _view_actor(index: In, key: Key) -> Any:
    return pages.actor(index, key)


def _view_dyads(index: In, page: Page = 1) -> Any:
    return pages.dyads(index, page)


def _view_dyad(index: In, one: Key, other: Key, since: Day = None, until: Day = None, page: Page = 1) -> Any:
    return pages.dyad(index, one, other, page, since, until)


def _view_positions(index: In, issue: Word = None, actor: Word = None) -> Any:
    return pages.positions(index, issue or None, actor or None)


def _view_meetings(index: In, page: Page = 1) -> Any:
    return pages.meetings(index, page)


def _view_pledges(index: In, filters: Asked) -> Any:
    return pages.pledges(index, filters.model_copy(update={"what": "pledges"}))


def _view_network(index: In, filters: Asked, nodes: Annotated[int, Query(ge=2, le=120)] = 36) -> Any:
    return pages.network_(index, filters, nodes)


def _view_map(index: In, filters: Asked) -> Any:
    return pages.map_(index, filters)


def _view_names(index: In, shown: names.Shown = "open", q: Word = None, page: Page = 1) -> Any:
    return names.names(index, shown, q or None, page)


def _view_pair(request: Request, index: In, one: Named, other: Named) -> Any:
    found = names.pair(index, one, other)
    return None if found is None else found | {"behind": request.app.state.desk.is_behind}


VIEWS: tuple[tuple[str, str, str, Callable[..., Any]], ...] = (
    ("/", "/index.json", "overview", _view_overview),
    ("/search", "/search.json", "search", _view_search),
    ("/articles/{article_id}", "/articles/{article_id}.json", "article", _view_article),
    (
        "/articles/{article_id}/beside/{other_id}",
        "/articles/{article_id}/beside/{other_id}.json",
        "differences",
        _view_differences,
    ),
    ("/actors", "/actors.json", "actors", _view_actors),
    ("/actors/{key}", "/actors/{key}.json", "actor", _view_actor),
    ("/dyads", "/dyads.json", "dyads", _view_dyads),
    ("/dyads/{one}/{other}", "/dyads/{one}/{other}.json", "dyad", _view_dyad),
    ("/positions", "/positions.json", "positions", _view_positions),
    ("/meetings", "/meetings.json", "meetings", _view_meetings),
    ("/pledges", "/pledges.json", "pledges", _view_pledges),
    ("/network", "/network.json", "network", _view_network),
    ("/map", "/map.json", "map", _view_map),
    ("/names", "/names.json", "names", _view_names),
    ("/names/pair", "/names/pair.json", "pair", _view_pair),
)
"""Address of the HTML, of the JSON, the template's name, and the function that makes the data."""


_STEADY = frozenset(
    {
        "overview",
        "search",
        "article",
        "actors",
        "actor",
        "dyads",
        "dyad",
        "positions",
        "meetings",
        "pledges",
        "network",
        "map",
    }
)
"""Templates whose pages depend on the dataset and the address alone."""


def _json(data: Any, status: int = 200) -> Response:
    return Response(json.dumps(data, ensure_ascii=False, default=str), status, media_type="application/json")


def html_page(request: Request, template: str, view: Any, *, status: int = 200) -> HTMLResponse:
    """A template set with a view's data."""
    index: Index = request.app.state.desk.index
    return HTMLResponse(_set(request, template, view, index), status)


def _set(request: Request, template: str, view: Any, index: Index) -> str:
    """The HTML of a view."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    path = "/index" if request.url.path == "/" else request.url.path
    json_address = path + ".json" + (f"?{request.url.query}" if request.url.query else "")
    text: str = (
        environment()
        .get_template(f"{template}.html")
        .render(
            view=view,
            page_name=template,
            address=address,
            json_address=json_address,
            review=request.app.state.review,
            index_version=index.version,
            dataset_name=index.dataset.root.resolve().name,
            root=index.dataset.root.resolve(),
            origin=str(request.base_url).rstrip("/"),
            cite=citation(index, address),
            query=dict(request.query_params),
        )
    )
    return text


def as_json(make: Callable[..., Any]) -> Callable[..., Response]:
    """A view as an address that answers with its data."""

    @functools.wraps(make)
    def answer(*args: Any, **kwargs: Any) -> Response:
        view = make(*args, **kwargs)
        if view is None:
            raise HTTPException(404)
        return _json(view)

    return answer


def as_html(make: Callable[..., Any], template: str) -> Callable[..., Response]:
    """A view as an address that answers with its page."""
    signature = inspect.signature(make, eval_str=True)
    asks = "request" in signature.parameters

    def whole(request: Request, kwargs: dict[str, Any]) -> str:
        view = make(request=request, **kwargs) if asks else make(**kwargs)
        if view is None:
            raise HTTPException(404)
        return _set(request, template, view, request.app.state.desk.index)

    def answer(request: Request, **kwargs: Any) -> Response:
        index: Index = request.app.state.desk.index
        # What judgements do not change is set once: the data of an index never change, and the day stands in the citation.
        # A search by meaning may find more once all vectors are there.
        if template in _STEADY and request.query_params.get("by") != "meaning":
            key = ("page", str(request.url), dt.date.today())
            return HTMLResponse(index.kept(key, lambda: whole(request, kwargs)))
        return HTMLResponse(whole(request, kwargs))

    own = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    rest = [each for each in signature.parameters.values() if each.name != "request"]
    answer.__signature__ = signature.replace(parameters=[own, *rest])  # type: ignore[attr-defined]
    return answer


PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "there is no such record"},
    422: {"model": Problem, "description": "something in the address or body cannot be understood"},
}
_DATA: dict[int | str, dict[str, Any]] = {
    200: {"description": "the data of the page", "content": {"application/json": {"schema": {"type": "object"}}}}
}


class Pasted(BaseModel):
    """A text to code; `published` is the day that "today" in it means."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    published: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")


def _code(pasted: Pasted) -> Response:
    """Code a text: its records, with nothing stored."""
    return _json(code_text(pasted.text, pasted.published))


def _suggest(index: In, q: Annotated[str, Query(max_length=80)] = "") -> Response:
    """Actors and countries for type-ahead."""
    return _json({"rows": queries.suggest(index, q)})


def _cite(index: In, view: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """How to cite a view: plain, BibTeX, CSL-JSON."""
    return _json(citation(index, view))


def _record(index: In, record_id: Annotated[str, Path(pattern=r"^(ev|st|mt|pl)_[0-9a-f]{16}$")]) -> Response:
    """Where a record stands: redirects to its article, at the record."""
    for kind in ("events", "statements", "meetings", "pledges"):
        row = index.one(f"SELECT article_id FROM web_{kind} WHERE id = ?", [record_id])
        if row:
            return RedirectResponse(f"/articles/{row['article_id']}#{record_id}", 303)
    raise HTTPException(404)


def _export(index: In, filters: Asked, what: Kind, layout: Annotated[str, Path(pattern=r"^[a-z]{2,16}$")]) -> Response:
    """The rows of a view, all of them, in a format of `dragoman export`."""
    from dragoman.export import FORMATS, write

    form = FORMATS.get(layout)
    if form is None or what not in form.takes:
        raise HTTPException(404)
    ids, parts = chosen_ids(index, filters.model_copy(update={"what": what}))
    pieces = b"".join(write(View(index.dataset, what, ids, parts, filters), what, layout))
    name = f"dragoman-{what}-{index.version}.{form.suffix}"
    return Response(
        pieces,
        media_type=form.media,
        headers={"content-disposition": f'attachment; filename="{name}"', "x-rows": str(len(ids))},
    )


def _file(html: str | None, name: str) -> Response:
    if html is None:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="dossier-{name}.html"'}
    return HTMLResponse(html, headers=headers)


def _dossier(index: In, filters: Asked) -> Response:
    """What a search found as one HTML file that needs nothing else."""
    return _file(dossier.query_dossier(index, filters), f"{filters.what}-{index.version}")


def _actor_dossier(index: In, key: Key) -> Response:
    """An actor or a country as one HTML file that needs nothing else."""
    return _file(dossier.actor_dossier(index, key), key)


def _dyad_dossier(index: In, one: Key, other: Key) -> Response:
    """Two parties and what they did to each other as one HTML file that needs nothing else."""
    return _file(dossier.dyad_dossier(index, one, other), f"{one}-{other}")


async def _paste(request: Request) -> Response:
    """The paste box without script: a form in, a page out."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=8)
    text = form.get("text", [""])[0].replace("\r\n", "\n")
    published = form.get("published", [""])[0] or None
    try:
        view = await run_in_threadpool(code_text, text, published)
    except UsageError as error:
        return html_page(request, "problem", {"status": 422, "error": str(error), "hint": error.hint}, status=422)
    return html_page(request, "pasted", view)


def router() -> APIRouter:
    """All addresses of the page but those of the review."""
    made = APIRouter()
    for address, data_address, template, make in VIEWS:
        named = template if template not in ("map", "network") else template + "_"
        told = next(found for module in (pages, articles, names) if (found := getattr(module, named, None)) is not None)
        summary = (told.__doc__ or "").splitlines()[0]
        answers = {**_DATA, **PROBLEMS} if "{" in address or template == "pair" else {**_DATA, 422: PROBLEMS[422]}
        made.add_api_route(
            data_address, as_json(make), methods=["GET"], summary=summary, operation_id=template, responses=answers
        )
        made.add_api_route(address, as_html(make, template), methods=["GET"], include_in_schema=False)
    made.add_api_route(
        "/api/code", _code, methods=["POST"], responses={**_DATA, 422: PROBLEMS[422]}, operation_id="code"
    )
    made.add_api_route(
        "/api/suggest", _suggest, methods=["GET"], responses={**_DATA, 422: PROBLEMS[422]}, operation_id="suggest"
    )
    made.add_api_route(
        "/api/cite", _cite, methods=["GET"], responses={**_DATA, 422: PROBLEMS[422]}, operation_id="cite"
    )
    files: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "the rows",
            "content": {
                "application/octet-stream": {},
                "text/csv": {},
                "application/x-ndjson": {},
                "application/vnd.apache.parquet": {},
            },
        }
    }
    made.add_api_route(
        "/export/{what}.{layout}",
        _export,
        methods=["GET"],
        responses={**files, **PROBLEMS},
        operation_id="export",
        response_class=Response,
    )
    html: dict[int | str, dict[str, Any]] = {
        status: {"description": said, "content": {"text/html": {}}}
        for status, said in ((200, "the file"), *((status, each["description"]) for status, each in PROBLEMS.items()))
    }
    for address, make_file, name in (
        ("/dossier.html", _dossier, "dossier"),
        ("/actors/{key}/dossier.html", _actor_dossier, "actor_dossier"),
        ("/dyads/{one}/{other}/dossier.html", _dyad_dossier, "dyad_dossier"),
    ):
        made.add_api_route(
            address,
            make_file,
            methods=["GET"],
            responses=html,
            operation_id=name,
            response_class=Response,
        )
    made.add_api_route("/records/{record_id}", _record, methods=["GET"], include_in_schema=False)
    made.add_api_route("/code", _paste, methods=["POST"], include_in_schema=False)
    return made
