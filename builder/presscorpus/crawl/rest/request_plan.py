"""The parameters that a list route of a site takes, from all to none.

Sites refuse, ignore or fail on parameters of core's own: a maximum of `per_page` below 100, an `orderby` without `id`,
a firewall that stops long queries, a cache that drops them all. None of that closes the collection. A plan starts with
everything that core knows and loses what the route does not take; the receipt records where it ended.
docs/decisions/0032-plainer-requests.md says what each step proves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.crawl.rest.api import Collection

LARGEST_PAGE = 100
"""The most that core allows for per_page: WP_REST_Controller::get_collection_params."""
# Sizes to try where nothing says how small a page has to be.
_SMALLER = (50, 20, 10)
_NUMBER = re.compile(r"\d{1,6}")


class RequestPlan(NamedTuple):
    """Which parameters the requests for one list carry.

    `per_page` is null where the parameter is not sent at all. Without `offset` pages are numbered by `page`. Without
    `fields` the lists hold whole items. `batch` is how many ids one `include` names; with 0 items come from lists.
    `parameters` are sent with every list, such as a language.
    """

    per_page: int | None = LARGEST_PAGE
    orderby: bool = True
    offset: bool = True
    fields: bool = True
    batch: int = LARGEST_PAGE
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Rows of a full page; core's default where per_page is not sent."""
        return self.per_page or 10

    def __str__(self) -> str:
        """The plan in words: full, or what differs from it."""
        without = [name for name in ("orderby", "offset") if not getattr(self, name)]
        without += ["_fields"] if not self.fields else []
        without += ["include"] if not self.batch else []
        said = [f"{name}={value}" for name, value in self.parameters]
        if self.per_page is None:
            without.append("per_page")
        elif self.per_page != LARGEST_PAGE:
            said.append(f"per_page={self.per_page}")
        if 0 < self.batch < self.size:
            said.append(f"include of {self.batch}")
        said += [f"without {', '.join(without)}"] if without else []
        return "; ".join(said) or "full"


def first_plan(collection: Collection) -> RequestPlan:
    """The richest plan that the site's index allows for a collection.

    Args:
        collection: What the index says of it.

    Returns:
        The plan.
    """
    known = collection.knows
    most = min(collection.largest_page or LARGEST_PAGE, LARGEST_PAGE)
    return RequestPlan(
        per_page=most if known("per_page") else None,
        orderby=known("orderby") and collection.orders_by_id,
        # Hierarchical taxonomies know no `offset`: WP_REST_Terms_Controller::get_collection_params.
        offset=known("offset"),
        batch=most if known("include") else 0,
        parameters=collection.always,
    )


def without(plan: RequestPlan, refused: dict[str, str]) -> RequestPlan | None:
    """Drop from a plan what the site refuses (`rest_invalid_param`).

    Args:
        plan: The plan of the refused request.
        refused: The site's messages by parameter.

    Returns:
        The plan to try next; null where that changes nothing.
    """
    changed = plan
    for name, message in refused.items():
        if name == "per_page" and plan.per_page is not None:
            changed = changed._replace(per_page=_smaller(plan.per_page, message))
            changed = changed._replace(batch=min(changed.batch, changed.size))
        elif name in {"orderby", "order"}:
            changed = changed._replace(orderby=False)
        elif name == "offset":
            changed = changed._replace(offset=False)
        elif name == "_fields":
            changed = changed._replace(fields=False)
        elif name == "include":
            changed = changed._replace(batch=0)
        elif any(name == key for key, _ in plan.parameters):
            changed = changed._replace(parameters=tuple(pair for pair in plan.parameters if pair[0] != name))
    return changed if changed != plan else None


def _smaller(size: int, message: str) -> int | None:
    """The page size that a message allows, or the next smaller; null for none."""
    named = [int(number) for number in _NUMBER.findall(message) if 1 < int(number) < size]
    return max(named, default=next((each for each in _SMALLER if each < size), None))


def plainer(plan: RequestPlan) -> Iterator[RequestPlan]:
    """Plans to try where a plan fails and the bare request does not.

    Args:
        plan: The plan that fails.

    Yields:
        Other plans, the best first, the bare one last.
    """
    small = 20 if plan.size > 20 else 10  # noqa: PLR2004 - what hosts with little memory still answer
    for changes in (
        {"fields": False},
        {"orderby": False},
        {"per_page": small},
        {"offset": False},
        {"orderby": False, "fields": False},
        {"per_page": small, "fields": False},
        {"orderby": False, "offset": False},
        {"orderby": False, "offset": False, "fields": False},
        {"orderby": False, "offset": False, "fields": False, "per_page": small},
    ):
        changed = plan._replace(**changes)
        if changed != plan:
            yield changed
    yield bare(plan)


def bare(plan: RequestPlan) -> RequestPlan:
    """The plainest plan: `page` alone. It proves nothing by itself.

    Args:
        plan: Any plan.

    Returns:
        It without per_page, orderby, offset and _fields.
    """
    return plan._replace(per_page=None, orderby=False, offset=False, fields=False)
