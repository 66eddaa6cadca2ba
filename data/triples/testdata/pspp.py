"""Makes pspp.json: what PSPP reads in the Triple-S files of the shared folder.

    python3 pspp.py SHARED > pspp.json

The definition is read with Python's ElementTree, its positions are put into a DATA LIST, and
PSPP (tried with 1.6.2) reads the data file. For each variable: how many values there are, for
numbers their sum and the sum of value times row, for texts the SHA-256 of all of them, one a
line. Multiple answers are counted for each code: PSPP reads each bit or subfield as a number.
Dates are read as eight figures and turned into days by Python. No value is kept.
"""
import csv
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

FILES = {"surveys/triple-s/sample-1": ".asc", "surveys/triple-s/sample-3": ".dat", "surveys/triple-s/sample-4": ".asc", "badinputs/control": ".asc"}


def fields(definition):
    """Name, kind and cells of each variable; a cell is (start, finish, code or None)."""
    for v in ET.parse(definition).getroot().iter("variable"):
        p = v.find("position")
        start = int(p.get("start"))
        finish = int(p.get("finish", start))
        kind, spread = v.get("type"), v.find("spread")
        codes = [x.get("code") for x in v.iter("value")]
        if kind == "multiple" and spread is not None:
            n = int(spread.get("subfields"))
            w = int(spread.get("width", (finish - start + 1) // n))
            cells = [(start + i * w, start + i * w + w - 1) for i in range(n)]
        elif kind == "multiple":
            cells = [(start + int(c) - 1,) * 2 for c in codes]
        else:
            cells = [(start, finish)]
        if kind == "single" and not all(c.isdigit() for c in codes):
            kind = "character"
        yield v.findtext("name"), kind, spread is not None, codes, cells


def pspp(data, variables):
    """Rows as PSPP reads them, a list of cells for each."""
    names, spec = [], []
    for k, (name, kind, spread, codes, cells) in enumerate(variables):
        for i, (a, b) in enumerate(cells):
            names.append("v%d_%d" % (k, i))
            spec.append("%s %d-%d%s" % (names[-1], a, b, " (A)" if kind == "character" else ""))
    with tempfile.TemporaryDirectory() as d:
        out, sps = os.path.join(d, "out.csv"), os.path.join(d, "x.sps")
        with open(sps, "w") as f:
            f.write("FILE HANDLE d /NAME='%s' /LRECL=8192.\nDATA LIST FILE=d FIXED /%s.\n" % (data, "\n".join(spec)))
            f.write("FORMATS %s (F40.10).\n" % " ".join(n for n, s in zip(names, spec) if "(A)" not in s))
            f.write("SAVE TRANSLATE /OUTFILE='%s' /TYPE=CSV /FIELDNAMES /CELLS=VALUES /REPLACE.\n" % out)
        subprocess.run(["pspp", sps], check=True, stdout=subprocess.DEVNULL)
        with open(out, newline="") as f:
            return list(csv.DictReader(f))


def value(kind, s):
    s = s.strip()
    if s == "":
        return None
    x = float(s)
    if kind == "date":
        y, md = divmod(int(x), 10000)
        return (datetime.date(y, md // 100, md % 100) - datetime.date(1970, 1, 1)).days * 86400.0
    if kind == "time":
        h, m = divmod(int(x), 100)
        return h * 3600.0 + m * 60.0
    return x


def numbers(values):
    return {"n": sum(v is not None for v in values), "sum": sum(v for v in values if v is not None),
            "rows": sum((i + 1) * v for i, v in enumerate(values) if v is not None)}


def survey(path, ending):
    variables = list(fields(path + ".sss"))
    rows = pspp(path + ending, variables)
    columns = {}
    for k, (name, kind, spread, codes, cells) in enumerate(variables):
        got = [[r["v%d_%d" % (k, i)] for i in range(len(cells))] for r in rows]
        if kind == "character":
            texts = [g[0].rstrip(" ") for g in got]
            columns[name] = {"n": sum(t != "" for t in texts), "sha256": hashlib.sha256("".join(t + "\n" for t in texts).encode()).hexdigest()}
        elif kind == "multiple":
            for i, code in enumerate(codes):
                ticks = []
                for g in got:
                    g = [value("", s) for s in g]
                    blank = all(x is None for x in g)
                    ticks.append(None if blank else float(float(code) in g if spread else g[i] == 1))
                columns["%s_%s" % (name, code)] = numbers(ticks)
        else:
            columns[name] = numbers([value(kind, g[0]) for g in got])
    return {"rows": len(rows), "columns": columns}


if __name__ == "__main__":
    shared = sys.argv[1]
    json.dump({f + ".sss": survey(os.path.join(shared, f), e) for f, e in FILES.items()}, sys.stdout, indent=1, sort_keys=True)
    print()
