"""The survey that everything runs on, from fixed seeds: a million respondents by
default, 30 questions of five points with 5 % missing, 10 of yes and no, 48
strata, weights, age, country and industry."""

import struct

import numpy as np

PART = 1_000_000  # respondents drawn at a time, and rows of a Parquet row group
LIKERT = [f"q{i}" for i in range(1, 31)]
YESNO = [f"q{i}" for i in range(31, 41)]
QUESTIONS = LIKERT + YESNO
NAMES = ["id", "w", "stratum", "age", "country", "industry"] + QUESTIONS


def part(first, n):
    """Columns of n respondents; a missing answer is 0 in LIKERT, which nobody gives."""
    r = np.random.default_rng(first + 1)
    country = r.integers(1, 13, n).astype(np.int8)
    columns = {
        "id": np.arange(first + 1, first + n + 1),
        "w": np.round(r.gamma(4, 0.25, n) + 0.05, 4),
        "stratum": ((country - 1) * 4 + r.integers(0, 4, n) + 1).astype(np.int16),
        "age": r.integers(1, 7, n).astype(np.int8),
        "country": country,
        "industry": r.integers(1, 9, n).astype(np.int8),
    }
    for q in LIKERT:
        x = r.integers(1, 6, n).astype(np.int8)
        x[r.random(n) < 0.05] = 0
        columns[q] = x
    for q in YESNO:
        columns[q] = r.integers(0, 2, n).astype(np.int8)
    return columns


def parts(n):
    for first in range(0, n, PART):
        yield part(first, min(PART, n - first))


def write_csv(path, n):
    with open(path, "w") as f:
        f.write(",".join(NAMES) + "\n")
        for p in parts(n):
            for a in range(0, len(p["id"]), 50_000):
                texts = [p[c][a : a + 50_000].astype(str) for c in NAMES]
                for i, c in enumerate(NAMES):
                    if c in LIKERT:
                        texts[i] = np.where(texts[i] == "0", "", texts[i])
                f.write("\n".join(map(",".join, zip(*texts))) + "\n")


def write_parquet(path, n):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = None
    for p in parts(n):
        t = pa.table({c: pa.array(x, mask=x == 0) if c in LIKERT else x for c, x in p.items()})
        out = out or pq.ParquetWriter(path, t.schema)
        out.write_table(t, row_group_size=PART // 4)
    out.close()


def write_sav(path, n):
    """SPSS, bytecode. Numbers of up to three digits are one byte, id and weight eight.
    Four cases of 46 values are 23 instructions of eight bytes, so that every four look
    the same."""
    if n % 4:
        raise ValueError("a multiple of four respondents, please")
    bias = 100
    header = b"$FL2@(#) SPSS DATA FILE tools/bench".ljust(64)
    header += struct.pack("<6i", 2, len(NAMES), 1, 0, n, 0)[:20]
    header += struct.pack("<d", bias) + b"01 Jan 2600:00:00" + b"benchmark".ljust(64) + b"\0" * 3
    with open(path, "wb") as f:
        f.write(header)
        for c in NAMES:
            form = struct.pack("<BBBB", 4 if c == "w" else 0, 8, 5, 0)
            f.write(struct.pack("<4i", 2, 0, 0, 0) + form + form + c.upper().encode().ljust(8))
        f.write(struct.pack("<2i", 999, 0))
        wide = ("id", "w")
        at, place = {}, 0  # where each value of four cases stands in the stream
        for block in range(23):
            values = [divmod(block * 8 + k, len(NAMES)) for k in range(8)]
            follow = place + 8
            for k, (case, v) in enumerate(values):
                at[case, NAMES[v]] = (place + k, follow)
                if NAMES[v] in wide:
                    follow += 8
            place = follow
        for p in parts(n):
            raw = np.empty((len(p["id"]) // 4, place), np.uint8)
            for (case, c), (code, value) in at.items():
                x = p[c][case::4]
                if c in wide:
                    raw[:, code] = 253
                    raw[:, value : value + 8] = x.astype("<f8").view(np.uint8).reshape(-1, 8)
                elif c in LIKERT:
                    raw[:, code] = np.where(x == 0, 255, x + bias)
                else:
                    raw[:, code] = x + bias
            f.write(raw.tobytes())


def study(source):
    """The study file of a run over an export."""
    lines = [
        "study: Engine benchmark",
        "population: simulated",
        f"sources: [{source}]",
        "respondent: id",
        "design: {weight: w, strata: stratum}",
        "segments:",
        "  age: {from: age}",
        "  country: {from: country}",
        "  industry: {from: industry}",
        "  age_by_country: age*country",
        "questions:",
    ]
    for q in QUESTIONS:
        answers = "{1: one, 2: two, 3: three, 4: four, 5: five}" if q in LIKERT else "{0: no, 1: yes}"
        lines.append(f"  {q}: {{column: {q}, text: Question {q[1:]}, answers: {answers}}}")
    return "\n".join(lines) + "\n"
