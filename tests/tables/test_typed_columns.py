"""Columns of lists, made without pandas."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.tables.typed_columns import listed

pytestmark = pytest.mark.fast


@settings(deadline=None)
@given(st.sampled_from(["tags", ""]), st.lists(st.none() | st.lists(st.text())))
def test_lists_come_out_as_they_went_in(name: str, values: list[list[str] | None]) -> None:
    made = listed(name, values, pl.List(pl.String))
    assert made.to_list() == values
    assert (made.name, made.dtype) == (name, pl.List(pl.String))


def test_neither_pandas_nor_the_functions_of_arrow_are_imported_for_them() -> None:
    code = (
        "import sys, polars as pl; from presscorpus.tables.typed_columns import listed; "
        "listed('a', [['b'], None], pl.List(pl.String)); "
        "sys.exit(not sys.modules.keys().isdisjoint({'pandas', 'pyarrow.compute'}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
