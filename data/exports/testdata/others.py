"""Makes others.json: what Python reads in the CSV files, workbooks and Parquet files of the
shared surveys.

    python3 others.py FOLDER > others.json      (FOLDER is surveys of the shared folder)

CSV files are read by the module csv (those in zip archives with zipfile), workbooks by
openpyxl, Parquet files by pyarrow (written with Python 3.11, openpyxl 3.1.5, pyarrow 26.0.1).
How many header rows a file has is stated below, from the READMEs.

No answer of a respondent is printed. For each column there are the number of values and the
first 16 figures of an MD5 sum over all rows in their order, one a line: numbers with 17 digits,
also where text looks like one; texts without the white space at their ends, of which NA and
N/A count as nothing; moments as seconds since 1970; nothing where a cell is empty. A column of
lists is a column for each value in them. Rows without any value are left out of CSV files and
workbooks. Of CSV files with fewer than five respondents there is no sum: a sum over so few could
be guessed.
"""
import csv
import datetime
import decimal
import hashlib
import io
import json
import os
import re
import sys
import zipfile

import openpyxl
import pyarrow
import pyarrow.parquet

HEADERS = {  # rows before the first respondent, 1 for all others
    "digital-experiments-us/digex-survey-responses-raw.xlsx": 2,
    "fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv": 2,
    "fivethirtyeight-surveymonkey/steak-survey/steak-risk-survey.csv": 2,
    "kaggle-ds-survey/kaggle-survey-2020.zip": 2,
    "kaggle-ds-survey/kaggle-survey-2022.zip": 2,
    "qualtrics-exports/QualtricsTools/Long_Exhaustive_Sample_Survey.csv": 3,
    "qualtrics-exports/qualtRics/sample.csv": 3,
    "qualtrics-exports/qualtRics/sample_legacy.csv": 2,
    "qualtrics-exports/tutorial-preserving-survey/Testing+preservation_June+16,+2026_15.35.csv": 3,
    "stackoverflow-2011/2011 Stack Overflow Survey Results.csv": 2,
}
DELIMITERS = {"ais-personalisation-gb-us/dalia_vars.csv": ";"}

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?|-?\.[0-9]+([eE][+-]?[0-9]+)?")
EPOCH = datetime.datetime(1970, 1, 1)


def line(v):
    """A value as a line of the digest."""
    if v is None:
        return ""
    if isinstance(v, bool):
        v = int(v)
    if isinstance(v, datetime.datetime):
        return number((v.replace(tzinfo=None) - EPOCH) // datetime.timedelta(seconds=1))
    if isinstance(v, datetime.date):
        return number((v - EPOCH.date()).days * 86400)
    if isinstance(v, bytes):
        v = v.decode("utf-8")
    if isinstance(v, (int, float, decimal.Decimal)):
        return number(v)
    v = v.removeprefix("\ufeff").rstrip(" \t\r\n")
    if v.strip(" \t\r\n") in ("", "NA", "N/A"):
        return ""
    if NUMBER.fullmatch(v.strip(" \t\r\n")) and abs(float(v)) != float("inf"):
        return number(v)
    return v


def number(v):
    v = float(v)
    return "" if v != v else "%.17g" % (v + 0.0)


def grid(rows, headers):
    """Columns of the respondents' cells."""
    rows = [r for r in rows if any(c not in (None, "") for c in r)]
    width = len(rows[0])
    rows = [list(r) + [None] * (width - len(r)) for r in rows[headers:]]
    return [[r[i] for r in rows] for i in range(width)]


def table(b, name):
    try:
        text = b.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = b.decode("windows-1252")
    return grid(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS.get(name, ","), skipinitialspace=name in DELIMITERS), HEADERS.get(name, 1))


def nearest(v):
    """A moment of a workbook to the second: half a second goes up, as a workbook shows it."""
    if not isinstance(v, datetime.datetime):
        return v
    milliseconds = (v - EPOCH + datetime.timedelta(microseconds=500)) // datetime.timedelta(milliseconds=1)
    return EPOCH + datetime.timedelta(seconds=(milliseconds + 500) // 1000)


def ticks(lists):
    """A column for each value that is in a list: 1 where it is in it, 0 where it is not."""
    values = sorted({v for x in lists for v in x or [] if v is not None})
    return [[None if x is None else int(v in x) for x in lists] for v in values]


def columns_of(folder, name):
    path = os.path.join(folder, name)
    if name.endswith(".csv"):
        with open(path, "rb") as f:
            return table(f.read(), name)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as z:
            inside, = [n for n in z.namelist() if n.endswith(".csv")]
            return table(z.read(inside), name)
    if name.endswith(".xlsx"):
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        rows = [[nearest(c) for c in r] for r in sheet.iter_rows(values_only=True)]
        width = max(i + 1 for r in rows for i, c in enumerate(r) if c is not None)
        return grid([r[:width] for r in rows], HEADERS.get(name, 1))
    t = pyarrow.parquet.read_table(path)
    while any(pyarrow.types.is_struct(c.type) for c in t.columns):
        t = t.flatten()
    return [column for c in t.columns for column in (ticks(c.to_pylist()) if pyarrow.types.is_list(c.type) else [c.to_pylist()])]


def digest(column, few):
    lines = [line(v) for v in column]
    n = "%d" % sum(x != "" for x in lines)
    return n if few else n + " " + hashlib.md5("\n".join(lines).encode("utf-8")).hexdigest()[:16]


def main(folder):
    names = []
    for root, _, files in os.walk(folder):
        names += [os.path.relpath(os.path.join(root, f), folder) for f in files if f.endswith((".csv", ".zip", ".xlsx", ".parquet"))]
    out = []
    for name in sorted(names, key=lambda n: n.encode("utf-8")):
        columns = columns_of(folder, name)
        few = name.endswith(".csv") and len(columns[0]) < 5
        try:
            digests = [digest(c, few) for c in columns]
        except UnicodeDecodeError:  # bytes that are no text
            digests = None
        out.append(json.dumps({"file": name, "rows": len(columns[0]) if columns else 0, "columns": digests}, separators=(",", ":")))
    print("[" + ",\n".join(out) + "]")


main(sys.argv[1])
