"""How fast is it, and how fast are others at the same?

    python3 tools/bench/bench.py [--rows N] [--times N] [--only PARTS] [--docs]

makes the data from fixed seeds, builds the program, runs it and every peer that is
installed in turn, each in a process of its own, and prints tables of seconds, ratios
and memory. What is not installed is said and left out. --docs writes the tables of
the parts that ran into docs/performance.md, between their markers. Needs Go, Python with numpy, and pyarrow
for the Parquet files; peers: duckdb, polars, pandas, pyarrow, openpyxl, xlsxwriter;
R's data.table, survey, haven and readxl; PSPP. Part readers also needs pandas, PSPP
and haven, to write what is read."""

import argparse
import importlib.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from forms import FORMS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, "out", "bench")
DOCS = os.path.join(ROOT, "docs", "performance.md")
SAME = 1e-9  # relative difference that the sums of two programs may have


def run(command, times=1, **options):
    """Seconds and peak megabytes of each run of a command, and what it printed."""
    seconds, most, text = [], 0, ""
    for _ in range(times):
        start = time.perf_counter()
        with open(os.path.join(WORK, "stdout"), "w+", errors="replace") as out, open(os.path.join(WORK, "stderr"), "w+", errors="replace") as err:
            child = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT, **options)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.perf_counter() - start)
            most = max(most, used.ru_maxrss / 1024 if sys.platform != "darwin" else used.ru_maxrss / 1024**2)
            out.seek(0), err.seek(0)
            text = out.read()
            if child.returncode != 0:
                sys.exit(f"{' '.join(command)}:\n{text[-2000:]}{err.read()[-2000:]}")
    return seconds, most, text


class Bench:
    def __init__(self, rows, times):
        self.rows, self.times, self.missing = rows, times, []
        self.results = {}  # (part, program, threads) to {seconds, memory, how, sums}

    # Data

    def data(self, form, rows=None):
        rows = rows or self.rows
        path = os.path.join(WORK, f"{rows}.{form}")
        if not os.path.exists(path):
            print(f"making {os.path.basename(path)}", file=sys.stderr)
            code = f"import survey; survey.write_{form}({path + '.part'!r}, {rows})"
            run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": HERE})
            os.rename(path + ".part", path)
        return path

    def form(self, name, share=1):
        """A form of forms.py, of one in so many of its respondents."""
        form = FORMS[name]
        n = form.thousands * self.rows // (1000 * share * 4) * 4
        base = os.path.join(WORK, f"{name}-{n}")
        path = f"{base}.{form.ending}"
        if not os.path.exists(path):
            print(f"making {os.path.basename(path)}", file=sys.stderr)
            part = base + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            code = f"import forms; forms.write({name!r}, {os.path.join(part, os.path.basename(base))!r}, {n}, {os.path.join(WORK, 'report')!r})"
            run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": HERE})
            for f in sorted(os.listdir(part), key=lambda f: f.endswith("." + form.ending)):  # what is opened comes last
                os.rename(os.path.join(part, f), os.path.join(WORK, f))
            os.rmdir(part)
        return path

    # Ours

    def build(self):
        os.makedirs(WORK, exist_ok=True)
        run(["go", "build", "-o", os.path.join(WORK, "report"), "./cmd/report"])
        for package in ("pipeline", "reports/xlsx"):
            run(["go", "test", "-c", "-o", os.path.join(WORK, os.path.basename(package) + ".test"), "./" + package])

    def go(self, part, package, pattern, *flags, threads=(1, 2), calls=3, apart=False):
        """Runs a Go benchmark; its seconds are kept under part and the name behind the first slash.
        What runs apart has a process for each time, which tells how much memory one takes."""
        for t in threads:
            count = ["-test.benchtime=1x"] if apart else [f"-test.benchtime={calls}x", f"-test.count={self.times}"]
            command = [os.path.join(WORK, package + ".test"), "-test.run=^$", f"-test.bench={pattern}", f"-test.cpu={t}", "-test.timeout=2h", *count, *flags]
            text, memory = "", 0
            for _ in range(self.times if apart else 1):
                _, most, more = run(command)
                text, memory = text + more, max(memory, most)
            for line in text.splitlines():
                m = re.match(r"Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(.*)", line)
                if m:
                    name = "/".join([part] + m[1].split("/")[1:])
                    r = self.results.setdefault((name, "tradeoff", t), {"seconds": [], "memory": memory, "figures": {}})
                    r["seconds"].append(float(m[2]) / 1e9)
                    for value, unit in re.findall(r"([\d.e+]+) (\S+)", m[3]):
                        r["figures"].setdefault(unit, []).append(float(value))

    def report(self, part, study, threads=(1, 2)):
        """Whole runs of the program."""
        for t in threads:
            out = os.path.join(WORK, "report-" + part)
            command = [os.path.join(WORK, "report"), *(["run", study] if study else []), "--progress=none", f"--threads={t}", "--out=" + out]
            seconds, memory, _ = run(command, self.times)
            folder = [f for f in os.listdir(out) if not f.startswith(".")][0]
            with open(os.path.join(out, folder, "run.json")) as f:
                stages = {s["name"]: s["seconds"] for s in json.load(f)["stages"]}
            self.results[part, "tradeoff", t] = {"seconds": seconds, "memory": memory, "stages": stages}

    def study(self, source):
        path = source.rsplit(".", 1)[0] + "-" + source.rsplit(".", 1)[1] + ".yaml"
        sys.path.insert(0, HERE)
        from survey import study

        with open(path, "w") as f:
            f.write(study(os.path.basename(source)))
        return path

    # Peers

    def peer(self, part, name, job, path, threads=(1, 2), times=None):
        """A Python library or R package, by its script."""
        r = name in ("data.table", "survey", "haven", "readxl")
        if not self.installed(name, r):
            return
        script = ["Rscript", os.path.join(HERE, "peers.R")] if r else [sys.executable, os.path.join(HERE, "peers.py")]
        for t in threads:
            _, memory, text = run(script + [job, name, str(t), str(path), str(times or self.times)])
            self.results[part, name, t] = json.loads(text.strip().splitlines()[-1]) | {"memory": memory}

    def installed(self, name, r):
        if r:
            there = shutil.which("Rscript") and subprocess.run(["Rscript", "-e", f"packageVersion('{name}')"], capture_output=True).returncode == 0
        else:
            there = importlib.util.find_spec(name)
        if not there and name not in self.missing:
            self.missing.append(name)
        return there

    def agree(self, part, name, ours):
        """Holds a peer's sums against ours: rows of question, column, answer and two numbers."""
        with open(ours) as f:
            want = {(o["Question"], o["Column"], o["Answer"]): o for o in json.load(f)}
        for key, r in self.results.items():
            if key[:2] != (part, name):
                continue
            for q, column, answer, a, b in r["sums"]:
                o = want[q, column, answer]
                x, y = (o["Share"], o["SE"]) if name == "survey" else (o["N"], o["W"])
                if abs(a - x) > SAME * abs(x) or abs(b - y) > SAME * abs(y):
                    sys.exit(f"{name} has {a} and {b} for question {q}, column {column}, answer {answer}; ours are {x} and {y}")

    # Parts

    def count(self):
        parquet, sums = self.data("parquet"), os.path.join(WORK, "sums.json")
        self.go("count", "pipeline", "^BenchmarkCount$", "-bench.file=" + parquet, "-bench.sums=" + sums)
        for name in ("duckdb", "polars", "pandas", "numpy"):
            self.peer("count", name, "count", self.rows, (1, 2) if name in ("duckdb", "polars") else (1,))
            self.agree("count", name, sums)
        self.peer("count", "data.table", "count", self.data("csv"))
        self.agree("count", "data.table", sums)

    def estimate(self):
        sums = os.path.join(WORK, "estimates.json")
        for pattern in ("^BenchmarkCount$/^persons$", "^BenchmarkCountAndEstimate$"):
            self.go("estimate", "pipeline", pattern, "-bench.file=" + self.data("parquet"), "-bench.rows=10000", "-bench.sums=" + sums, threads=(1,))
        self.peer("estimate", "survey", "estimate", self.data("csv"), (1,))
        self.agree("estimate", "survey", sums)

    def read(self):
        peers = {"csv": ("duckdb", "polars", "pandas", "pyarrow", "data.table"), "parquet": ("duckdb", "polars", "pyarrow"), "sav": ("haven",)}
        for form, names in peers.items():
            path = self.data(form)
            self.go(form, "pipeline", "^BenchmarkCodes$", "-bench.file=" + path)
            for name in names:
                self.peer(form, name, "read", path, (1,) if name in ("pandas", "haven") else (1, 2))

    def readers(self):
        for name, form in FORMS.items():
            self.reader(name, 1)
            if name in PACKED:
                self.go(f"unpack/{name}", "pipeline", "^BenchmarkUnpack$", "-bench.file=" + self.form(name), threads=(1,))
            for peer, share in form.peers.items():
                threads = (2,) if peer in ("duckdb", "pyarrow", "data.table") else (1,)
                self.peer("readers/" + name, peer, "read", self.form(name, share), threads, times=min(self.times, 3))
        for name in BOUNDED:
            self.reader(name, 3)

    def reader(self, name, share):
        """Ours, a process for each time, so that its memory is known."""
        self.go(f"readers/{name}/{share}", "pipeline", "^BenchmarkCodes$/^read$", "-bench.file=" + self.form(name, share), threads=(1, 2) if share == 1 else (2,), apart=True)

    def whole(self):
        csv = self.data("csv")
        self.report("whole", self.study(csv))
        self.peer("whole", "duckdb", "whole", csv)
        self.pspp()

    def pspp(self):
        if not shutil.which("pspp"):
            self.missing.append("pspp")
            return
        syntax = os.path.join(WORK, "pspp.sps")
        questions = " ".join(f"q{i}" for i in range(1, 41))
        with open(syntax, "w") as f:  # shares by the banners, weighted, without standard errors
            f.write(f"GET FILE='{self.data('sav')}'.\nWEIGHT BY w.\nCROSSTABS /TABLES={questions} BY age country industry /CELLS=COUNT COLUMN.\n")
        seconds, memory, _ = run(["pspp", "-o", os.path.join(WORK, "pspp.txt"), syntax], max(1, self.times // 5))
        self.results["whole", "pspp", 1] = {"seconds": seconds, "memory": memory, "how": "CROSSTABS without age by country and without standard errors"}

    def ten(self):
        self.report("ten", self.study(self.data("parquet", 10 * self.rows)))

    def sample(self):
        self.report("sample", None)

    def book(self):
        self.go("tables", "xlsx", "^BenchmarkWrite$/^none$", threads=(2,), apart=True)
        self.go("book", "xlsx", "^BenchmarkWrite$/^threads=2$", threads=(2,), apart=True)
        for name in ("xlsxwriter", "openpyxl"):
            self.peer("book", name, "book", os.path.join(WORK, name + ".xlsx"), (1,))

    def growth(self):
        self.go("growth", "pipeline", "^BenchmarkGrowth$", threads=(2,), calls=1)

    # Tables

    def median(self, part, program="tradeoff", threads=1):
        r = self.results.get((part, program, threads))
        return statistics.median(r["seconds"]) if r else None

    def against(self, part, figures):
        """Rows of a table: ours, and every peer with its ratio."""
        ours = [self.median(part, threads=t) for t in (1, 2)]
        rows = [["**tradeoff**", number(ours[0]), number(ours[1]), "", "", self.how(part, "tradeoff")]]
        for name in sorted({p for q, p, _ in self.results if q == part and p != "tradeoff"}, key=lambda p: self.best(part, p)):
            theirs = [self.median(part, name, t) for t in (1, 2)]
            ratio = [f"{t / o:,.1f}" if t and o else "" for t, o in zip(theirs, ours)]
            if not ratio[0] and not ratio[1]:
                ratio[1] = f"{theirs[0] / ours[1]:,.1f}"
            rows.append([name, number(theirs[0]), number(theirs[1]), " / ".join(x for x in ratio if x), figures.get(name, ""), self.how(part, name)])
        return table(["", "s, one thread", "s, two", "times ours", "to reach", ""], rows)

    def best(self, part, program):
        return min(self.median(part, program, t) or 1e9 for t in (1, 2))

    def how(self, part, program):
        r = self.results.get((part, program, 1)) or self.results.get((part, program, 2))
        return r.get("how", "")

    def figures(self):
        out = []
        n = f"{self.rows:,}"
        counting = {"duckdb": "15", "data.table": "30", "pandas": "40"}
        if self.median("count/persons"):
            for t in (1, 2):  # the same numbers under the name of the part
                self.results["count", "tradeoff", t] = self.results["count/persons", "tradeoff", t] | {"how": "all questions; numbering the places took " + number(self.median("count/places", threads=t)) + " s"}
            out.append(f"Counting {n} respondents, 40 questions, from codes in memory to n, Σw and Σw² of every answer by stratum, age, country and industry.\n\n" + self.against("count", counting))
            one, two = self.median("count/persons"), self.median("count/persons", threads=2)
            same = [("two threads against one", one / two, "at least 1.8", "times as fast")]
            for part, words, most in (("psus", "clustered, 25 respondents a PSU, against unclustered", "at most 1.5"), ("loop", "ratings in a loop against questions asked once", "at most 1.5"), ("replicates", "80 replicate weights against none", "at most 25")):
                if self.median("count/" + part):
                    same.append((words, self.median("count/" + part) / one, most, "times the time"))
            out.append("The same counting in other designs, one thread where nothing else is said.\n\n" + table(["", "", "", "to reach"], [[w, f"{x:.2f}", unit, most] for w, x, most, unit in same]))
        if self.median("estimate"):
            ours = [self.median("estimate/persons"), self.median("estimate")]
            rows = [["**tradeoff**, counted", number(ours[0]), ""], ["**tradeoff**, counted and estimated", number(ours[1]), ""]]
            theirs = self.median("estimate", "survey")
            if theirs:
                rows.append(["survey, svyby", number(theirs), f"{theirs / ours[0]:,.0f} / {theirs / ours[1]:,.0f}"])
            out.append("Shares and exact standard errors of every cell at 10,000 respondents, one thread.\n\n" + table(["", "s", "times ours"], rows))
        for part, words, to_reach in (("csv", "CSV to codes", {"duckdb": "4", "data.table": "2"}), ("parquet", "Parquet to codes", {"duckdb": "5"}), ("sav", "SPSS .sav to codes", {"haven": "25"})):
            if self.median(part + "/read"):
                for t in (1, 2):
                    self.results[part, "tradeoff", t] = self.results[part + "/read", "tradeoff", t] | {"how": f"with the look for identifiers; opening alone takes {number(self.median(part + '/open'))} s"}
                size = os.path.getsize(self.data(part)) / 1e6
                out.append(f"{words}: {n} respondents, 46 columns, {size:,.0f} MB, every column of all rows.\n\n" + self.against(part, to_reach))
        if self.median("book/threads=2", threads=2):
            rows = [["**tradeoff**", number(self.median("book/threads=2", threads=2)), self.memory("book/threads=2", 2), f"all that a report's book holds, on two threads; the tables themselves take {self.memory('tables/none', 2)} MB of it"]]
            for name in ("xlsxwriter", "openpyxl"):
                if self.median("book", name):
                    rows.append([name, number(self.median("book", name)), self.memory("book", 1, name), "the 480,000 shares alone, " + self.how("book", name)])
            out.append("A workbook of 200 tables of 60 rows and 40 columns; to reach: 1.5 s and 150 MB.\n\n" + table(["", "s", "MB", ""], rows))
        return out

    def formats(self):
        rows = []
        for name, form in FORMS.items():
            part = f"readers/{name}/1/read"
            if not self.median(part):
                continue
            figure = lambda unit, t: statistics.median(self.results[part, "tradeoff", t]["figures"][unit])
            size, n = figure("MB/s", 2) * self.median(part, threads=2), figure("rows", 2)
            third = f"readers/{name}/3/read"
            memory = self.memory(part, 2) + (f", of a third {self.memory(third, 2)}" if self.median(third, threads=2) else "")
            peers = [self.beside(name, peer, n, size) for peer in form.peers if self.best("readers/" + name, peer) < 1e9]
            rows.append([form.words, f"{size:,.0f}", *(number(100 * self.median(part, threads=t) / size) for t in (1, 2)), self.unpacked(name), f"{n / self.median(part, threads=2) / 1e6:.2f}", memory, "; ".join(peers)])
        return [self.counted() + table(["", "MB", "s per 100 MB, one thread", "s per 100 MB, two", "unpacked: MB, s per 100 of them, and unpacking alone", "million rows/s", "MB of memory", "others, s per 100 MB"], rows)] if rows else []

    def unpacked(self, name):
        """What is packed: its size unpacked, seconds for 100 MB of that, on two threads, and those of unpacking alone."""
        part, r = f"readers/{name}/1/read", self.results.get((f"unpack/{name}", "tradeoff", 1))
        if not r:
            return ""
        alone = statistics.median(r["seconds"])
        size = statistics.median(r["figures"]["MB/s"]) * alone
        return f"{size:,.0f}, {number(100 * self.median(part, threads=2) / size)}, {number(100 * alone / size)}"

    def beside(self, name, peer, n, size):
        """A peer's seconds for 100 MB, whose file may be a share of ours."""
        part, t = "readers/" + name, 1 if self.median("readers/" + name, peer) else 2
        share, ((_, rows),) = FORMS[name].peers[peer], self.results[part, peer, t]["sums"]
        if abs(rows - n / share) > 4:
            sys.exit(f"{peer} reads {rows} rows of {name}, and we {n:.0f} of a file {share} times as large")
        return f"{peer} {self.how(part, peer)} {number(100 * share * self.median(part, peer, t) / size)}"

    def memory(self, part, threads, program="tradeoff"):
        return f"{self.results[part, program, threads]['memory']:,.0f}"

    def counted(self):
        times = f"medians of {self.times}" if self.times > 1 else "one run each"
        return f"Seconds and the most memory: {times}.\n\n"

    def runs(self):
        rows = []
        for part, words, reach in (("sample", "the sample study", "1 s"), ("whole", f"{self.rows:,} respondents from CSV", "6 s, 400 MB"), ("ten", f"{10 * self.rows:,} from Parquet", "15 s, 500 MB")):
            for t in (1, 2):
                if self.median(part, threads=t):
                    rows.append([words, str(t), number(self.median(part, threads=t)), self.memory(part, t), reach if t == 2 else ""])
        for name in ("duckdb", "pspp"):
            for t in (1, 2):
                if self.median("whole", name, t):
                    rows.append([f"{name}, {self.rows:,} respondents: {self.how('whole', name)}", str(t), number(self.median("whole", name, t)), self.memory("whole", t, name), ""])
        return [self.counted() + table(["a whole run", "threads", "s", "MB at most", "to reach"], rows)] if rows else []

    def stages(self):
        parts = [p for p in ("sample", "whole", "ten") if (p, "tradeoff", 2) in self.results]
        if not parts:
            return []
        stages = [self.results[p, "tradeoff", 2]["stages"] for p in parts]
        words = {"sample": "sample", "whole": f"{self.rows:,}, CSV", "ten": f"{10 * self.rows:,}, Parquet"}
        return [table(["stage, seconds on two threads"] + [words[p] for p in parts], [[name] + [f"{s.get(name, 0):.3f}" for s in stages] for name in stages[0]])]

    def grown(self):
        usual = self.results.get(("growth/usual", "tradeoff", 2))
        if not usual:
            return []
        rows = []
        for (part, _, _), r in self.results.items():
            if part.startswith("growth/"):
                name, _, n = part.split("/")[1].partition("=")
                name += f": {int(n):,}" if n else ""
                counting, held = (statistics.median(r["figures"][unit]) for unit in ("count-s", "held-MB"))
                rows.append([name, number(counting), number(statistics.median(r["seconds"]) - counting), f"{held:,.1f}"])
        order = ["usual", "rows", "questions", "answers", "cells", "strata", "psus", "replicates"]
        rows.sort(key=lambda row: (order.index(row[0].split(":")[0]), int((row[0].replace(",", "").split(": ") + ["0"])[1])))
        return [table(["", "counting, s", "estimating, s", "totals held, MB"], rows)]


PARTS = ("count", "estimate", "read", "readers", "whole", "ten", "sample", "book", "growth")
TABLES = ({"count", "estimate", "read", "book"}, {"whole", "ten", "sample"}, {"readers"}, {"growth"})  # parts in one table of the docs
PACKED = ("gzip", "zip", "xlsx")  # archives, of which unpacking alone is measured too
BOUNDED = ("xlsx", "dta", "fixed", "commas")  # a third of them is read too, to see what memory depends on


def number(x):
    return "" if x is None else f"{x:.3f}" if x < 1 else f"{x:.2f}" if x < 10 else f"{x:.0f}"


def table(head, rows):
    keep = [i for i, _ in enumerate(head) if any(r[i] for r in rows)]
    line = lambda cells: "| " + " | ".join(cells[i] for i in keep) + " |"
    return "\n".join([line(head), line(["---"] * len(head)), *(line(r) for r in rows)])


def into_docs(tables):
    with open(DOCS) as f:
        text = f.read()
    for name, parts in tables.items():
        begin, end = f"<!-- {name}: written by make bench -->", f"<!-- end of {name} -->"
        if parts:
            head, rest = text.split(begin)
            text = head + begin + "\n\n" + "\n\n".join(parts) + "\n\n" + end + rest.split(end)[1]
    with open(DOCS, "w") as f:
        f.write(text)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--rows", type=int, default=1_000_000, help="respondents, a multiple of 4")
    a.add_argument("--times", type=int, default=5, help="runs of each, of which the median counts")
    a.add_argument("--only", default=",".join(PARTS), help="parts of it, a list with commas: " + ", ".join(PARTS))
    a.add_argument("--docs", action="store_true", help="write the tables into docs/performance.md")
    a = a.parse_args()
    parts = set(a.only.split(","))
    for together in TABLES:
        if a.docs and parts & together and not together <= parts:
            sys.exit(f"the tables of the docs are written whole: run {', '.join(sorted(together))} together, or leave out --docs")
    b = Bench(a.rows, a.times)
    b.build()
    for part in a.only.split(","):
        print(part, file=sys.stderr)
        getattr(b, part)()
    tables = {"runs": b.runs(), "figures": b.figures(), "readers": b.formats(), "growth": b.grown(), "stages": b.stages()}
    for parts in tables.values():
        for text in parts:
            print(text + "\n")
    if b.missing:
        print("not installed and left out: " + ", ".join(b.missing))
    if a.docs:
        into_docs(tables)


main()
