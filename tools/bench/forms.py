"""The survey of survey.py in every form that is read, about 100 MB a file: FORMS says
how many respondents that are, what writes the file, and which programs read it too."""

import gzip
import os
import shutil
import subprocess
import zipfile
from collections import namedtuple

import numpy as np

import survey

# A form: the ending of the file that is opened, thousands of respondents, how messages
# call it, and the peers, each of them on one of so many respondents where it is slow.
Form = namedtuple("Form", "ending thousands words peers")

FORMS = {
    "sav": Form("sav", 1600, "SPSS .sav, bytecode", {"haven": 1}),
    "plain": Form("sav", 272, "SPSS .sav, plain", {"haven": 1}),
    "zsav": Form("zsav", 4000, "SPSS .zsav", {"haven": 4}),
    "por": Form("por", 960, "SPSS .por", {}),
    "dta": Form("dta", 1600, "Stata .dta", {"haven": 1, "pandas": 1}),
    "xpt": Form("xpt", 272, "SAS .xpt", {"haven": 1}),
    "csv": Form("csv", 1000, "CSV", {"data.table": 1, "duckdb": 1, "pandas": 1}),
    "gzip": Form("csv.gz", 3400, "CSV in gzip", {"duckdb": 4, "pandas": 4}),
    "zip": Form("zip", 3400, "CSV in zip", {"pandas": 4}),
    "xlsx": Form("xlsx", 560, "XLSX", {"readxl": 10, "openpyxl": 10}),
    "parquet": Form("parquet", 4000, "Parquet", {"pyarrow": 1, "duckdb": 1}),
    "lists": Form("parquet", 3000, "Parquet, lists of answers", {"pyarrow": 1, "duckdb": 1}),
    "arrow": Form("arrow", 1600, "Arrow IPC", {"pyarrow": 1}),
    "jsonl": Form("jsonl", 260, "JSON Lines", {"duckdb": 1, "pandas": 1}),
    "fixed": Form("sss", 1500, "Triple-S, fixed width", {}),
    "commas": Form("sss", 1000, "Triple-S, CSV", {}),
    "ddi": Form("xml", 1500, "DDI, fixed width", {}),
    "ddicsv": Form("xml", 1000, "DDI, CSV", {}),
    "syntax": Form("sps", 1000, "CSV with SPSS syntax", {}),
    "lss": Form("lss", 1000, "CSV with LimeSurvey's questionnaire", {}),
}


def write(name, base, n, report):
    """Writes a form of n respondents to base and its ending; report is our program."""
    path = f"{base}.{FORMS[name].ending}"
    globals()["write_" + name](path, base, n, report)


def write_sav(path, base, n, report):
    survey.write_sav(path, n)


def write_csv(path, base, n, report):
    survey.write_csv(path, n)


def write_parquet(path, base, n, report):
    survey.write_parquet(path, n)


def made_of(form, path, base, n, make):
    """A file made of the survey in another form, which goes away."""
    source = base + "-of." + form
    getattr(survey, "write_" + form)(source, n)
    make(source)
    os.remove(source)


def write_zsav(path, base, n, report):
    made_of("sav", path, base, n, lambda sav: subprocess.run([report, "convert", "--force", sav, path], check=True, capture_output=True))


def pspp(commands, base):
    syntax = base + "-of.sps"
    with open(syntax, "w") as f:
        f.write(commands)
    subprocess.run(["pspp", "-o", os.devnull, "-O", "format=txt", syntax], check=True)
    os.remove(syntax)


def write_plain(path, base, n, report):
    made_of("sav", path, base, n, lambda sav: pspp(f"GET FILE='{sav}'.\nSAVE OUTFILE='{path}' /UNCOMPRESSED.\n", base))


def write_por(path, base, n, report):
    made_of("sav", path, base, n, lambda sav: pspp(f"GET FILE='{sav}'.\nEXPORT OUTFILE='{path}'.\n", base))


def write_xpt(path, base, n, report):
    made_of("csv", path, base, n, lambda csv: subprocess.run(["Rscript", "-e", f"haven::write_xpt(data.table::fread('{csv}'), '{path}', name = 'survey')"], check=True, capture_output=True))


def write_dta(path, base, n, report):
    import pandas as pd

    p = [{c: pd.array(x, "Int8") if c in survey.LIKERT else x for c, x in p.items()} for p in survey.parts(n)]
    t = pd.concat([pd.DataFrame(x) for x in p])
    for q in survey.LIKERT:
        t[q] = t[q].mask(t[q] == 0)
    t.to_stata(path, write_index=False, version=118)


def write_gzip(path, base, n, report):
    def pack(csv):
        with open(csv, "rb") as f, gzip.GzipFile(path, "wb", 6, mtime=0) as g:
            shutil.copyfileobj(f, g, 1 << 20)

    made_of("csv", path, base, n, pack)


def write_zip(path, base, n, report):
    def pack(csv):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as z:
            z.write(csv, "survey.csv")

    made_of("csv", path, base, n, pack)


def write_arrow(path, base, n, report):
    import pyarrow as pa

    out = None
    for p in survey.parts(n):
        t = pa.table({c: pa.array(x, mask=x == 0) if c in survey.LIKERT else x for c, x in p.items()})
        out = out or pa.ipc.new_file(path, t.schema)
        out.write_table(t, max_chunksize=survey.PART // 16)
    out.close()


def write_lists(path, base, n, report):
    """The questions of yes and no as one list of those that were said yes to."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = None
    for p in survey.parts(n):
        ticks = np.stack([p[q] for q in survey.YESNO], 1)
        ends = np.concatenate([[0], ticks.sum(1).cumsum()]).astype(np.int32)
        words = pa.DictionaryArray.from_arrays(pa.array(np.nonzero(ticks)[1].astype(np.int32)), [f"reason {i}" for i in range(10)]).cast(pa.string())
        t = pa.table({c: pa.array(x, mask=x == 0) if c in survey.LIKERT else x for c, x in p.items() if c not in survey.YESNO} | {"why": pa.ListArray.from_arrays(pa.array(ends), words)})
        out = out or pq.ParquetWriter(path, t.schema)
        out.write_table(t, row_group_size=survey.PART // 4)
    out.close()


def texts(p, a, b):
    """The cells of some respondents, column by column; "" for a missing answer."""
    for c in survey.NAMES:
        x = p[c][a:b].astype(str)
        yield c, np.where(x == "0", "", x) if c in survey.LIKERT else x


def lines(n, step=50_000):
    """Stretches of respondents: their cells by column."""
    for p in survey.parts(n):
        for a in range(0, len(p["id"]), step):
            yield p["id"][a], dict(texts(p, a, a + step))


def write_jsonl(path, base, n, report):
    with open(path, "w") as f:
        for _, t in lines(n):
            cells = [[f'"{c}":{x or "null"}' for x in column] for c, column in t.items()]
            f.write("".join("{" + ",".join(row) + "}\n" for row in zip(*cells)))


def write_xlsx(path, base, n, report):
    """As Excel writes it: a reference in every cell, none for a missing answer."""
    letters = [("" if i < 26 else chr(64 + i // 26)) + chr(65 + i % 26) for i in range(len(survey.NAMES))]
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package, office = "http://schemas.openxmlformats.org/package/2006/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main, kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "application/vnd.openxmlformats-officedocument.spreadsheetml."
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as z:
        z.writestr("[Content_Types].xml", f'{xml}<Types xmlns="{package}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/></Types>')
        z.writestr("_rels/.rels", f'{xml}<Relationships xmlns="{package}relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", f'{xml}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", f'{xml}<Relationships xmlns="{package}relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        with z.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as f:
            row = lambda i, cells: f'<row r="{i}" spans="1:{len(letters)}">' + "".join(cells) + "</row>"
            f.write(f'{xml}<worksheet xmlns="{main}"><dimension ref="A1:{letters[-1]}{n + 1}"/><sheetData>'.encode())
            f.write(row(1, [f'<c r="{l}1" t="inlineStr"><is><t>{c}</t></is></c>' for l, c in zip(letters, survey.NAMES)]).encode())
            for first, t in lines(n):
                cells = [[f'<c r="{l}{i}"><v>{x}</v></c>' if x else "" for i, x in enumerate(column, first + 1)] for l, column in zip(letters, t.values())]
                f.write("".join(row(i, r) for i, r in enumerate(zip(*cells), first + 1)).encode())
            f.write(b"</sheetData></worksheet>")


# Files of fixed width, and what stands beside them.

WIDTHS = {c: {"id": 8, "w": 7, "stratum": 2, "country": 2}.get(c, 1) for c in survey.NAMES}
PLACES = {c: sum(list(WIDTHS.values())[:i]) + 1 for i, c in enumerate(survey.NAMES)}


def digits(x, width, blank=False):
    """Whole numbers as bytes, one row each, right-aligned; blank makes blanks of 0."""
    out, x = np.full((len(x), width), 32, np.uint8), x.astype(np.int64)
    for i in range(width - 1, -1, -1):
        out[:, i] = np.where((x > 0) | (i == width - 1) & (not blank), 48 + x % 10, 32)
        x = x // 10
    return out


def write_lines(path, n):
    """Lines of fixed width; the weight has four places behind its point."""
    with open(path, "wb") as f:
        for p in survey.parts(n):
            w = np.round(p["w"] * 10_000).astype(np.int64)
            point = np.full((len(w), 1), ord("."), np.uint8)
            fraction = digits(w % 10_000 + 10_000, 5)[:, 1:]
            columns = [np.hstack([digits(w // 10_000, 2), point, fraction]) if c == "w" else digits(x, WIDTHS[c], c in survey.LIKERT) for c, x in p.items()]
            f.write(np.hstack(columns + [np.full((len(w), 1), 10, np.uint8)]).tobytes())


def answers(c):
    """The codes of a question and their labels."""
    if c in survey.LIKERT:
        return {1: "not at all", 2: "a little", 3: "some", 4: "much", 5: "very much"}
    return {0: "no", 1: "yes"} if c in survey.YESNO else {}


def triples(path, place, layout):
    with open(path, "w") as f:
        f.write(f'<?xml version="1.0"?><sss version="2.0"><survey><record ident="A" {layout}>\n')
        for i, c in enumerate(survey.NAMES):
            values = "".join(f'<value code="{k}">{t}</value>' for k, t in answers(c).items())
            high = {"w": "99.9999"}.get(c, "9" * WIDTHS[c])
            kind, values = ("single", values) if values else ("quantity", f'<range from="{"0.0000" if c == "w" else 0}" to="{high}"/>')
            f.write(f'<variable ident="{i + 1}" type="{kind}"><name>{c}</name><label>Question {c}</label><position {place(i, c)}/><values>{values}</values></variable>\n')
        f.write("</record></survey></sss>\n")


def write_fixed(path, base, n, report):
    write_lines(base + ".asc", n)
    triples(path, lambda i, c: f'start="{PLACES[c]}" finish="{PLACES[c] + WIDTHS[c] - 1}"', "")


def write_commas(path, base, n, report):
    survey.write_csv(base + ".csv", n)
    triples(path, lambda i, c: f'start="{i + 1}"', 'format="csv" skip="1"')


def codebook(path, file):
    with open(path, "w") as f:
        f.write(f'<?xml version="1.0"?><codeBook xmlns="ddi:codebook:2_5" version="2.5"><fileDscr><fileTxt><fileName>{os.path.basename(file)}</fileName></fileTxt></fileDscr><dataDscr>\n')
        for c in survey.NAMES:
            values = "".join(f"<catgry><catValu>{k}</catValu><labl>{t}</labl></catgry>" for k, t in answers(c).items())
            f.write(f'<var name="{c}"><location StartPos="{PLACES[c]}" width="{WIDTHS[c]}"/><labl>Question {c}</labl>{values}<varFormat type="numeric"/></var>\n')
        f.write("</dataDscr></codeBook>\n")


def write_ddi(path, base, n, report):
    write_lines(base + ".dat", n)
    codebook(path, base + ".dat")


def write_ddicsv(path, base, n, report):
    survey.write_csv(base + ".csv", n)
    codebook(path, base + ".csv")


def write_syntax(path, base, n, report):
    survey.write_csv(base + ".csv", n)
    with open(path, "w") as f:
        forms = "\n".join(f"  {c} F8.{4 if c == 'w' else 0}" for c in survey.NAMES)
        f.write(f"GET DATA /TYPE=TXT /FILE='{os.path.basename(base)}.csv' /DELCASE=LINE /DELIMITERS=\",\" /QUALIFIER='\"' /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=\n{forms}.\n")
        for q in survey.QUESTIONS:
            labels = " ".join(f"{k} '{t}'" for k, t in answers(q).items())
            f.write(f"VARIABLE LABELS {q} 'Question {q}'.\nVALUE LABELS {q} {labels}.\n")


def write_lss(path, base, n, report):
    survey.write_csv(base + ".csv", n)

    def table(name, rows):
        cells = lambda r: "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in r.items())
        return f"<{name}><fields/><rows>" + "".join(f"<row>{cells(r)}</row>\n" for r in rows) + f"</rows></{name}>"

    questions = [dict(qid=i, parent_qid=0, type="L", title=q, question="Question " + q, other="N", question_order=i, language="en") for i, q in enumerate(survey.QUESTIONS, 1)]
    options = [dict(qid=i, code=k, answer=t, sortorder=k, language="en", scale_id=0) for i, q in enumerate(survey.QUESTIONS, 1) for k, t in answers(q).items()]
    with open(path, "w") as f:
        f.write('<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>261</DBVersion>')
        f.write(table("answers", options) + table("questions", questions) + table("surveys", [dict(sid=7, language="en", additional_languages="")]) + "</document>\n")
