"""Tables of several libraries, none of which has to be installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Cells = Sequence[Any]


def of(table: Any) -> Table:
    """The table behind one of the adapters below."""
    if isinstance(table, (list, tuple)):
        return Dicts(list(table))
    library = type(table).__module__.partition(".")[0]
    if library == "pandas" and hasattr(table, "columns"):
        return Pandas(table)
    if library == "polars":
        return Polars(table.collect() if type(table).__name__ == "LazyFrame" else table)
    if hasattr(table, "__arrow_c_stream__"):
        import pyarrow

        return Arrow(pyarrow.table(table))
    raise TypeError(
        f"{type(table).__name__} is no table: pass a DataFrame of pandas or Polars, an Arrow table, "
        "anything with __arrow_c_stream__, or a list of dicts"
    )


class Table:
    """What is needed of a table, whatever library it is of."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def names(self) -> list[str]:
        """Names of the columns."""
        raise NotImplementedError

    def narrow(self, names: list[str]) -> Any:
        """These columns, for the native half."""
        raise NotImplementedError

    def take(self, rows: list[int]) -> Table:
        """The rows of these numbers, in this order."""
        raise NotImplementedError

    def put(self, name: str, rows: list[int], cells: Cells) -> Table:
        """With other cells in some rows of a column."""
        raise NotImplementedError

    def add(self, name: str, cells: Any) -> Table:
        """With another column."""
        raise NotImplementedError

    def drop(self, names: list[str]) -> Table:
        """Without these columns."""
        raise NotImplementedError


class Dicts(Table):
    """A list of dicts."""

    def names(self) -> list[str]:
        names: dict[str, None] = {}
        for row, cells in enumerate(self.table):
            if not isinstance(cells, dict):
                raise TypeError(f"row {row} is no dict")
            names.update(dict.fromkeys(cells))
        return list(names)

    def narrow(self, names: list[str]) -> Any:
        return self.table

    def take(self, rows: list[int]) -> Table:
        return Dicts([dict(self.table[row]) for row in rows])

    def put(self, name: str, rows: list[int], cells: Cells) -> Table:
        for row, cell in zip(rows, cells):
            self.table[row][name] = cell
        return self

    def add(self, name: str, cells: Any) -> Table:
        cells = cells if isinstance(cells, list) else cells.to_pylist()
        return Dicts([{**row, name: cell} for row, cell in zip(self.table, cells)])

    def drop(self, names: list[str]) -> Table:
        return Dicts([{name: row[name] for name in row if name not in names} for row in self.table])


class Pandas(Table):
    """A DataFrame of pandas; its index stays with its rows."""

    def names(self) -> list[str]:
        return list(self.table.columns)

    def narrow(self, names: list[str]) -> Any:
        import pyarrow

        return pyarrow.Table.from_pandas(self.table[names], preserve_index=False)

    def take(self, rows: list[int]) -> Table:
        return Pandas(self.table.iloc[rows].copy())

    def put(self, name: str, rows: list[int], cells: Cells) -> Table:
        column = self.table[name].copy()
        for row, cell in zip(rows, cells):
            column.iat[row] = cell
        return Pandas(self.table.assign(**{name: column}))

    def add(self, name: str, cells: Any) -> Table:
        cells = cells if isinstance(cells, list) else cells.to_pylist()
        import pandas

        return Pandas(self.table.assign(**{name: pandas.Series(cells, self.table.index)}))

    def drop(self, names: list[str]) -> Table:
        return Pandas(self.table.drop(columns=names))


class Polars(Table):
    """A DataFrame of Polars."""

    def names(self) -> list[str]:
        return list(self.table.columns)

    def narrow(self, names: list[str]) -> Any:
        return self.table.select(names)

    def take(self, rows: list[int]) -> Table:
        return Polars(self.table[rows])

    def put(self, name: str, rows: list[int], cells: Cells) -> Table:
        import polars

        old = self.table[name]
        if old.dtype == polars.String:
            return self._with(name, old.scatter(rows, polars.Series(cells, dtype=old.dtype)))
        new = old.to_list()
        for row, cell in zip(rows, cells):
            new[row] = cell
        return self._with(name, polars.Series(name, new, dtype=old.dtype))

    def add(self, name: str, cells: Any) -> Table:
        import polars

        if isinstance(cells, list):
            return self._with(name, polars.Series(name, cells, dtype=polars.String))
        return self._with(name, polars.Series(cells))

    def _with(self, name: str, column: Any) -> Table:
        return Polars(self.table.with_columns(column.alias(name)))

    def drop(self, names: list[str]) -> Table:
        return Polars(self.table.drop(names))


class Arrow(Table):
    """A table of pyarrow."""

    def names(self) -> list[str]:
        return list(self.table.column_names)

    def narrow(self, names: list[str]) -> Any:
        return self.table.select(names)

    def take(self, rows: list[int]) -> Table:
        import pyarrow

        # pyarrow can take no rows of views.
        schema = self.table.schema
        plain = [
            field.with_type(pyarrow.large_string()) if field.type == pyarrow.string_view() else field
            for field in schema
        ]
        table = self.table.cast(pyarrow.schema(plain, schema.metadata))
        return Arrow(table.take(pyarrow.array(rows, pyarrow.int64())).cast(schema))

    def put(self, name: str, rows: list[int], cells: Cells) -> Table:
        import pyarrow

        at = self.table.column_names.index(name)
        field = self.table.schema.field(at)
        new = self.table.column(at).to_pylist()
        for row, cell in zip(rows, cells):
            new[row] = cell
        return Arrow(self.table.set_column(at, field, pyarrow.array(new, field.type)))

    def add(self, name: str, cells: Any) -> Table:
        import pyarrow

        column = pyarrow.array(cells, pyarrow.string() if isinstance(cells, list) else None)
        return Arrow(self.table.append_column(name, column))

    def drop(self, names: list[str]) -> Table:
        return Arrow(self.table.drop_columns(names))
