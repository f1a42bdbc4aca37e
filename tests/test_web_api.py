"""The OpenAPI description against the page itself: schemathesis asks what it describes, and what it does not, and looks at the answers."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from dragoman.web import create_app
from tests.small import small

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed (pip install 'dragoman[test]')"
)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The description of a page with review; what only redirects or downloads for people is not in it."""
    app = create_app(small(tmp_path_factory.mktemp("api") / "small"), review=True, hosts=("localhost", "testserver"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_every_answer_is_as_described(described: Any) -> None:
    """No answer of 500, no status, type of content or shape that the description does not name.

    One check is left out, that whatever fits the description is accepted: no pattern says that there is no 30 February.
    """
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    asked = 0
    for result in described.get_all_operations():
        operation = result.ok()
        if operation.path == "/api/code":
            continue  # the coder has tests of its own, and takes its time to load

        @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        check()
        asked += 1
    assert asked > 15
