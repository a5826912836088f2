"""Sections of params.yaml on the work: limits, workers, checks, publishing."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]

_LEAST_MEMORY = 512 * 1024**2  # with less polars and the model of languages cannot be loaded


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the sections of params.yaml, in which a misspelt key is an error."""


class Limits(Strict, frozen=True):
    """How long, how much and how often, for one site and one post.

    Attributes:
        timeout_seconds: How long one answer may take in all, in seconds.
        max_bytes: The largest answer that is read, in bytes.
        max_redirects: How many redirects of one request are followed.
        retries: How often a request is repeated that failed for the moment.
        backoff_seconds: The wait before the first repetition, in seconds; each later one is twice as long.
        delay_seconds: The wait between two requests to one host, in seconds; robots.txt may ask for more.
        concurrency: Requests at once to one host, however many sites lie on it.
        slow_seconds: Above this time for an answer, in seconds, fewer requests at once go to its host.
        sites_at_once: How many sites are asked at once.
        retry_after_cap_seconds: The longest wait that a site may ask for, in seconds.
        full_sweep_days: After so many days a crawl compares the list of all ids and times again, not only what was
            modified since; 0 always does.
        max_post_bytes: A larger post, in bytes, goes to quarantine, unread.
        max_depth: A post with more elements open at once goes there too.
        media_bytes: How much one crawl takes of a site's media files, in bytes; the next one goes on. It counts only
            where `media` of the site asks for files, and max_bytes holds for each.
        media_types: Which kinds of media files are taken, as image or application/pdf; none stands for all.
    """

    timeout_seconds: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    max_bytes: Positive = 64 * 1024 * 1024
    max_redirects: Count = 5
    retries: Count = 5
    backoff_seconds: Seconds = 1.0
    delay_seconds: Seconds = 0.0
    concurrency: Positive = 2
    slow_seconds: Seconds = 10.0
    sites_at_once: Positive = 16
    retry_after_cap_seconds: Seconds = 300.0
    full_sweep_days: Annotated[float, msgspec.Meta(ge=0)] = 7.0
    max_post_bytes: Positive = 16 * 1024 * 1024
    max_depth: Positive = 10_000
    media_bytes: Count = 1024**3
    media_types: tuple[str, ...] = ("image", "application/pdf")


class Engine(Strict, frozen=True):
    """How many processes work, where, and within what bounds.

    No byte of any table depends on it.

    Attributes:
        workers: Processes on this machine; 0 is one a processor.
        isolate: False reads small builds, and with one worker all, in the process that was started, for a debugger:
            there the bounds do not hold, and a crash of the parser ends the run.
        worker_bytes: Memory in bytes above which a process of this machine is ended. The post that it was ended by is
            found and stands in quarantine.
        task_seconds: Time on one task (some 4,096 posts) after which it is ended in the same way.
        scheduler: `local`, or a Dask cluster whose workers work instead: its address, as tcp://10.0.0.1:8786, or the
            path of the scheduler's file.
        storage: Where shards lie that all workers have to reach: a folder or an fsspec URL, as s3://bucket/folder; null
            is .presscorpus/ here.
    """

    workers: Count = 0
    isolate: bool = True
    worker_bytes: Annotated[int, msgspec.Meta(ge=_LEAST_MEMORY)] = 8 * 1024**3
    task_seconds: Positive = 1800
    scheduler: str = "local"
    storage: str | None = None


class Validation(Strict, frozen=True):
    """How the tables are checked.

    Attributes:
        frictionless_rows: How many rows frictionless checks: all up to that number, a sample of it above.
    """

    frictionless_rows: Count = 5_000


class Packaging(Strict, frozen=True):
    """How the release is cut.

    Attributes:
        part_rows: Rows of one Parquet file at most.
    """

    part_rows: Positive = 200_000


class Publishing(Strict, frozen=True):
    """How a release is published.

    Attributes:
        gated: Makes readers ask for access: at once with auto, by a decision of the owner with manual; null leaves the
            repository open to whoever may see it.
        gated_prompt: What they read, null for the Hub's own words.
        gated_fields: What they are asked, by kind (text, checkbox, country or date_picker).
        max_loss: Share of its rows, 0 to 1, that a table may lose against the last release; one that loses more is not
            published unasked.
    """

    gated: Literal["auto", "manual"] | None = None
    gated_prompt: str | None = None
    gated_fields: dict[str, Literal["text", "checkbox", "country", "date_picker"]] = {}
    max_loss: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1


class Timestamping(Strict, frozen=True):
    """Who time-stamps crawls and releases (`presscorpus timestamp`).

    Attributes:
        authority: The address of a time-stamping authority (RFC 3161), null for none.
        certificate: A file beside params.yaml with its certificate, PEM, by which each time stamp is checked as it is
            made; null to take it as it comes.
    """

    authority: str | None = None
    certificate: str | None = None
