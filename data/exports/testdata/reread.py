"""Reads a Parquet or Arrow file that a test wrote with pyarrow, and prints its columns as JSON:
numbers with 17 digits, times in seconds since 1970, "" where there is nothing. See
reread_test.go.

    python3 reread.py FILE
"""
import datetime
import json
import sys

import pyarrow
import pyarrow.parquet

EPOCH = datetime.datetime(1970, 1, 1)


def cell(v):
    if v is None:
        return ""
    if isinstance(v, datetime.datetime):
        return "%d" % ((v.replace(tzinfo=None) - EPOCH) // datetime.timedelta(seconds=1))
    return v if isinstance(v, str) else "%.17g" % v


path = sys.argv[1]
table = pyarrow.parquet.read_table(path) if path.endswith(".parquet") else pyarrow.ipc.open_file(path).read_all()
json.dump([{"name": n, "cells": [cell(v) for v in c.to_pylist()]} for n, c in zip(table.column_names, table.columns)], sys.stdout)
