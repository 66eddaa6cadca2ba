"""One measurement of one Python library, in a process of its own:

    python3 peers.py JOB LIBRARY THREADS FILE TIMES

prints {"seconds": [...], "sums": {...}, "how": "..."}. Sums are held against ours.
What a library does is written as its own documentation would have it; where there
are several ways, all are tried and the fastest counts."""

import json
import os
import sys
import time

job, library, threads, path, times = sys.argv[1:3] + [int(sys.argv[3])] + sys.argv[4:5] + [int(sys.argv[5])]
os.environ["POLARS_MAX_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(threads)

import numpy as np

import survey

CODES = 6  # of a question: 0 to 5


def timed(f):
    """Seconds of every call, and what the last one gave."""
    f()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        out = f()
        seconds.append(time.perf_counter() - start)
    return seconds, out


def fastest(ways):
    best = None
    for how, f in ways.items():
        seconds, out = timed(f)
        if best is None or np.median(seconds) < np.median(best[0]):
            best = seconds, out, how
    return best


# Counting: n, sum w and sum w^2 by joint cell of stratum, age, country and
# industry, and answer, for every question. The joint cells are numbered beforehand,
# as ours are.


def columns():
    table = {}
    for p in survey.parts(int(path)):
        for c, x in p.items():
            table.setdefault(c, []).append(x)
    t = {c: np.concatenate(x) for c, x in table.items()}
    t["cell"] = ((t["stratum"].astype(np.int32) - 1) * 6 + t["age"] - 1) * 8 + t["industry"] - 1
    t["w2"] = t["w"] ** 2
    return t


def sums(of):
    """n and sum w of some answers in Total and by age; of(question) gives cells, answers, n and sum w."""
    out = []
    for q in ("q1", "q15", "q40"):
        cells, answers, n, w = (np.asarray(x) for x in of(q))
        low = 1 if q in survey.LIKERT else 0
        age = cells.astype(int) // 8 % 6 + 1
        for a in range(low, 6 if low else 2):
            for column in range(7):
                at = (answers == a) & ((age == column) | (column == 0))
                out.append([int(q[1:]), column, a - low, int(n[at].sum()), float(w[at].sum())])
    return out


def count_numpy():
    t = columns()

    def run():
        out = {}
        for q in survey.QUESTIONS:
            key = t["cell"] * CODES + t[q]
            out[q] = [np.bincount(key), np.bincount(key, t["w"]), np.bincount(key, t["w2"])]
        return out

    seconds, out = timed(run)
    return seconds, sums(lambda q: (np.arange(len(out[q][0])) // CODES, np.arange(len(out[q][0])) % CODES, *out[q][:2])), "bincount"


def count_pandas():
    import pandas as pd

    t = columns()
    t["one"] = np.ones(len(t["w"]))
    frame = pd.DataFrame(t)
    values = ["one", "w", "w2"]

    def by_two():
        return {q: frame.groupby(["cell", q], sort=False)[values].sum() for q in survey.QUESTIONS}

    def by_key():
        return {q: frame[values].groupby(frame["cell"] * CODES + frame[q], sort=False).sum() for q in survey.QUESTIONS}

    seconds, out, how = fastest({"two keys": by_two, "one key": by_key})

    def of(q):
        g, i = out[q], out[q].index
        if how == "one key":
            return i // CODES, i % CODES, g["one"], g["w"]
        return i.get_level_values(0), i.get_level_values(1), g["one"], g["w"]

    return seconds, sums(of), how


def count_polars():
    import polars as pl

    frame = pl.DataFrame(columns())
    figures = [pl.len().alias("n"), pl.col("w").sum(), pl.col("w2").sum()]

    def together():
        return pl.collect_all([frame.lazy().group_by("cell", q).agg(figures) for q in survey.QUESTIONS])

    def singly():
        return [frame.group_by("cell", q).agg(figures) for q in survey.QUESTIONS]

    def key():
        return [frame.select((pl.col("cell") * CODES + pl.col(q)).alias("key"), "w", "w2").group_by("key").agg(figures) for q in survey.QUESTIONS]

    seconds, out, how = fastest({"collect_all": together, "one by one": singly, "one key": key})

    def of(q):
        g = out[survey.QUESTIONS.index(q)]
        if how == "one key":
            k = g["key"].to_numpy()
            return k // CODES, k % CODES, g["n"], g["w"]
        return g["cell"], g[q], g["n"], g["w"]

    return seconds, sums(of), how


def duck():
    import duckdb

    db = duckdb.connect()
    db.execute(f"SET threads={threads}")
    return db


def joint(table):
    """SQL of all joint cubes, one behind the other."""
    one = "SELECT {i} q, cell, {q} a, count(*) n, sum(w) w, sum(w2) w2 FROM {table} GROUP BY cell, {q}"
    return " UNION ALL ".join(one.format(i=q[1:], q=q, table=table) for q in survey.QUESTIONS)


def count_duckdb():
    db = duck()
    frame = columns()  # found by its name
    frame["cell"] = frame["cell"].astype(np.int16)
    db.execute("CREATE TABLE t AS SELECT * FROM frame")
    pairs = list(zip(survey.QUESTIONS[0::2], survey.QUESTIONS[1::2]))

    def cubes():
        db.execute(f"CREATE OR REPLACE TEMP TABLE r AS {joint('t')}")

    def in_pairs():  # half as many passes, and the pairs are added up
        parts = []
        for i, (a, b) in enumerate(pairs):
            db.execute(f"CREATE OR REPLACE TEMP TABLE p{i} AS SELECT cell, {a}, {b}, count(*) n, sum(w) w, sum(w2) w2 FROM t GROUP BY cell, {a}, {b}")
            for q in (a, b):
                parts.append(f"SELECT {q[1:]} q, cell, {q} a, sum(n) n, sum(w) w, sum(w2) w2 FROM p{i} GROUP BY cell, {q}")
        db.execute("CREATE OR REPLACE TEMP TABLE r AS " + " UNION ALL ".join(parts))

    def one_key():
        one = "SELECT {i} q, k // 6 AS cell, k % 6 AS a, n, w, w2 FROM (SELECT cell * 6 + {q} k, count(*) n, sum(w) w, sum(w2) w2 FROM t GROUP BY k)"
        db.execute("CREATE OR REPLACE TEMP TABLE r AS " + " UNION ALL ".join(one.format(i=q[1:], q=q) for q in survey.QUESTIONS))

    def grouping_sets():
        sets = ", ".join(f"(cell, {q})" for q in survey.QUESTIONS)
        number = "CASE " + " ".join(f"WHEN grouping({q}) = 0 THEN {q[1:]}" for q in survey.QUESTIONS) + " END"
        answer = "CASE " + " ".join(f"WHEN grouping({q}) = 0 THEN {q}" for q in survey.QUESTIONS) + " END"
        db.execute(f"CREATE OR REPLACE TEMP TABLE r AS SELECT {number} q, cell, {answer} a, count(*) n, sum(w) w, sum(w2) w2 FROM t GROUP BY GROUPING SETS ({sets})")

    ways = {"union of joint cubes": cubes, "joint cubes of pairs": in_pairs, "one key": one_key, "grouping sets": grouping_sets}
    seconds, _, how = fastest(ways)
    ways[how]()
    return seconds, sums(lambda q: db.execute(f"SELECT cell, a, n, w FROM r WHERE q = {q[1:]}").fetchnumpy().values()), how


# Reading: a file to columns in memory.


def read_duckdb():
    db = duck()
    source = f"read_csv('{path}')" if ".csv" in path else f"'{path}'"
    seconds, _ = timed(lambda: db.execute(f"CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM {source}"))
    return seconds, [["rows", db.execute("SELECT count(*) FROM t").fetchone()[0]]], "CREATE TABLE"


def read_polars():
    import polars as pl

    read = pl.read_csv if path.endswith(".csv") else pl.read_parquet
    seconds, t = timed(lambda: read(path))
    return seconds, [["rows", t.height]], read.__name__


def read_pandas():
    import pandas as pd

    ways = {"dta": pd.read_stata, "xpt": pd.read_sas, "jsonl": lambda p: pd.read_json(p, lines=True)}
    read = ways.get(path.rsplit(".", 1)[1], pd.read_csv)
    seconds, t = timed(lambda: read(path))
    return seconds, [["rows", len(t)]], "read_json" if path.endswith(".jsonl") else read.__name__


def read_pyarrow():
    import pyarrow as pa

    pa.set_cpu_count(threads)
    if path.endswith(".csv"):
        import pyarrow.csv

        read = lambda: pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(use_threads=threads > 1))
    elif path.endswith(".arrow"):  # from a file of its bytes: mapped, nothing would be read
        read = lambda: pa.ipc.open_file(pa.OSFile(path)).read_all()
    else:
        import pyarrow.parquet

        read = lambda: pyarrow.parquet.read_table(path, use_threads=threads > 1)
    seconds, t = timed(read)
    return seconds, [["rows", t.num_rows]], "to an arrow table"


def read_openpyxl():
    import openpyxl

    def rows():
        return sum(1 for _ in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)) - 1

    seconds, n = timed(rows)
    return seconds, [["rows", n]], "read_only"


def whole_duckdb():
    """A whole run without standard errors, tables or files: export to joint cubes."""
    source = f"read_csv('{path}')" if path.endswith(".csv") else f"'{path}'"

    def run():
        db = duck()
        db.execute(f"CREATE TEMP TABLE t AS SELECT *, w * w AS w2, (((stratum - 1) * 6 + age - 1) * 8 + industry - 1)::SMALLINT AS cell FROM {source}")
        db.execute(f"CREATE TEMP TABLE r AS {joint('t')}")
        return db.execute("SELECT sum(n) FROM r WHERE q = 1").fetchone()[0]

    seconds, n = timed(run)
    return seconds, [["rows", int(n)]], "read and joint cubes"


# Workbooks: 200 sheets of 60 by 40 shares with a format, and nothing of what ours
# holds beside them: marks, bases, contents, links, and the list of all numbers.

SHEETS, ROWS, COLUMNS = 200, 60, 40


def shares():
    return np.random.default_rng(1).random((ROWS, COLUMNS)).round(4).tolist()


def book_xlsxwriter():
    import xlsxwriter

    values = shares()

    def run():
        book = xlsxwriter.Workbook(path, {"constant_memory": True})
        share = book.add_format({"num_format": "0%"})
        for i in range(SHEETS):
            sheet = book.add_worksheet(f"Table {i + 1}")
            for r, row in enumerate(values):
                sheet.write_string(r, 0, f"Answer {r + 1}")
                for c, x in enumerate(row):
                    sheet.write_number(r, c + 1, x, share)
        book.close()

    return timed(run)[0], [], "constant_memory"


def book_openpyxl():
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    values = shares()

    def run():
        book = openpyxl.Workbook(write_only=True)
        for i in range(SHEETS):
            sheet = book.create_sheet(f"Table {i + 1}")
            for r, row in enumerate(values):
                cells = [f"Answer {r + 1}"]
                for x in row:
                    c = WriteOnlyCell(sheet, x)
                    c.number_format = "0%"
                    cells.append(c)
                sheet.append(cells)
        book.save(path)

    return timed(run)[0], [], "write_only"


seconds, found, how = globals()[f"{job}_{library}"]()
print(json.dumps({"seconds": seconds, "sums": found, "how": how}))
