"""Makes pspp.json: what GNU PSPP finds in SPSS files, in the form of haven.json.

    python3 pspp.py FOLDER FILE... > pspp.json      (files relative to FOLDER)

PSPP (written with 1.6.2) opens each file, displays its dictionary as CSV, and writes every
value of every case as hexadecimal bytes: numbers as the eight bytes of their float64, so that
nothing is rounded. Before value labels are displayed, numbers get a format of 17 digits.

No answer of a respondent is printed, only how many there are and an MD5 sum over the values of
all cases in their order, one a line: texts without the blanks behind them, numbers with 17
digits, dates as seconds since 1970, nothing where there is none. The files are those of haven.json.
"""
import csv
import hashlib
import io
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

EPOCH = 12219379200  # seconds from 1582-10-14 to 1970
DATES = {"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", "DATETIME", "YMDHMS"}


def run(syntax):
    """The CSV that PSPP prints for some syntax."""
    with tempfile.TemporaryDirectory() as d:
        sps, out = os.path.join(d, "x.sps"), os.path.join(d, "x.csv")
        with open(sps, "w", encoding="utf-8") as f:
            f.write("SET TVARS=NAMES /TNUMBERS=VALUES.\n" + syntax)
        subprocess.run(["pspp", "--syntax-encoding=UTF-8", "-O", "format=csv", "-o", out, sps], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out, encoding="utf-8", newline="") as f:
            return f.read()


def tables(text):
    """The tables of PSPP's CSV by their title, rows of cells each."""
    found, rows = {}, None
    for row in csv.reader(io.StringIO(text)):
        if row and row[0].startswith("Table: "):
            rows = found.setdefault(row[0][7:], [])
        elif not row or row[0].startswith("Footnote: "):
            rows = None
        elif rows is not None:
            rows.append(row)
    return found


def records(table):
    return [dict(zip(table[0], row)) for row in table[1:]]


def digits(v):
    return "%.17g" % (v + 0.0)


def start(label):
    label = label.rstrip(" ")
    return label if len(label) <= 24 else label[:24] + "...%d" % len(label)


def values_of(path, variables, encoding):
    """The values of each variable as lines of the digest."""
    with tempfile.TemporaryDirectory() as d:
        out = os.path.join(d, "values")
        # One variable on each line, so that no line is too long.
        cells = " ".join("/%s (%s%d)" % (v["Name"], "AHEX" if v["text"] else "RBHEX", 2 * v["width"]) for v in variables)
        run("GET FILE='%s'.\nWRITE OUTFILE='%s' RECORDS=%d %s.\nEXECUTE.\n" % (path, out, len(variables), cells))
        with open(out, encoding="ascii") as f:
            lines = f.read().split("\n")[:-1] if os.path.exists(out) else []
    columns = [[] for _ in variables]
    for i, line in enumerate(lines):
        v = variables[i % len(variables)]
        b = bytes.fromhex(line.strip())
        if v["text"]:
            columns[i % len(variables)].append(b.rstrip(b" ").decode(encoding, "replace"))
            continue
        x = struct.unpack("<d", b)[0] if b else None
        if x is None or x != x or x == -sys.float_info.max:
            columns[i % len(variables)].append("")
        else:
            columns[i % len(variables)].append(digits(x - EPOCH if v["date"] else x))
    return columns


def code(v, text):
    """A code of a variable: dates as seconds since 1970, as values are."""
    return text if v["text"] else digits(float(text) - (EPOCH if v["date"] else 0))


def missing_of(v):
    """Discrete codes and the range of a declaration like "1; 97 THRU HIGHEST"."""
    text = v.get("Missing Values", "")
    codes, ends = [], []
    for part in re.findall(r'"(?:[^"]|"")*"|[^;]+', text):
        part = part.strip()
        if " THRU " in part and not part.startswith('"'):
            ends = [{"LOWEST": "-Inf", "HIGHEST": "Inf"}.get(e) or code(v, e) for e in part.split(" THRU ")]
        elif part.startswith('"'):
            codes.append(part[1:-1].rstrip(" "))
        elif part:
            codes.append(code(v, part))
    return codes, ends


def survey(path):
    found = tables(run("SYSFILE INFO '%s'.\n" % path))
    about, variables = dict(found["File Information"]), records(found["Variables"])
    for v in variables:
        kind = re.match("[A-Z]+", v["Print Format"]).group()
        v["text"], v["date"] = kind in ("A", "AHEX"), kind in DATES
        v["width"] = int(re.search(r"\d+", v["Print Format"]).group()) if v["text"] else 8
        if kind == "AHEX":
            v["width"] //= 2
    numbers = " ".join(v["Name"] for v in variables if not v["text"])
    exact = "FORMATS %s (E25.16).\n" % numbers if numbers else ""
    forget = "".join("MISSING VALUES %s ().\n" % v["Name"] for v in variables)
    found = tables(run("GET FILE='%s'.\n%s%sDISPLAY DICTIONARY.\nMRSETS /DISPLAY NAME=ALL.\n" % (path, exact, forget)))
    labels, name = {}, None
    for row in found.get("Value Labels", [])[1:]:
        name = row[0] or name
        labels.setdefault(name, []).append((row[1], row[2]))
    columns = values_of(path, variables, about["Encoding"])
    out = {"rows": len(columns[0])}
    if about["Weight"] != "Not weighted":
        out["weight"] = about["Weight"]
    out["variables"] = []
    for v, column in zip(variables, columns):
        one = {"name": v["Name"]}
        if v["text"] or v["date"]:
            one["type"] = "text" if v["text"] else "date or time"
        if v.get("Label"):
            one["label"] = start(v["Label"])
        # As in haven.json, no decimals are said to be none with F alone.
        one["format"] = v["Print Format"] if v["Print Format"].startswith("F") else v["Print Format"].removesuffix(".0")
        one["level"] = v["Measurement Level"].lower()
        one["n"] = sum(x != "" for x in column)
        one["md5"] = hashlib.md5("\n".join(column).encode("utf-8")).hexdigest()
        codes, ends = missing_of(v)
        set = {}
        if v["Name"] in labels:
            set["codes"] = [code(v, c) for c, _ in labels[v["Name"]]]
            set["labels"] = [l for _, l in labels[v["Name"]]]
        if codes:
            set["missing"] = codes
        if ends:
            set["range"] = ends
        if set:
            one["set"] = place(set)
        out["variables"].append(one)
    multiple = [{"name": s["Name"], "label": s["Label"], "counted": s["Counted Value"], "variables": s["Member Variables"].split("\n")} for s in records(found.get("Multiple Response Sets", [[]]))]
    if multiple:
        out["sets"] = multiple
    return out


# Many variables share one set of value labels and missing values; each is printed once and named
# by its place, counted from 0.
sets, places = [], {}


def place(set):
    key = json.dumps(set)
    if key not in places:
        places[key] = len(sets)
        sets.append(set)
    return places[key]


if __name__ == "__main__":
    files = []
    for name in sys.argv[2:]:
        files.append({"file": name, **survey(os.path.join(sys.argv[1], name))})
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in files]
    print('{"files":[%s],\n"sets":%s}' % (",\n".join(lines), json.dumps(sets, ensure_ascii=False, separators=(",", ":"))))
