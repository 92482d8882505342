#!/usr/bin/env python3
"""How fast batches go, and how much memory they take: `unbake fix -j2` beside
the same work without looking at any text, in one run.

    cargo build --release -p unbake-cli
    cargo build --release -p unbake-formats --example plain
    benches/batch.py [--unbake PATH] [--texts FILE.jsonl] [--mb 400] [--big-mb 3000]

Texts come from corpus/clean, or from a file of {"lang": …, "text": …} records.
Of the records, 1 % are damaged: UTF-8 misread as windows-1252. Parquet needs
pyarrow, the last comparison datatrove and ftfy; without them these lines are
left out. Each figure is the best of three; memory below 40 MB may be that of
this script.
"""
import argparse, gzip, json, os, pathlib, random, subprocess, sys, tempfile, time
from importlib.util import find_spec

root = pathlib.Path(__file__).resolve().parent.parent
options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
options.add_argument("--unbake", default=root / "target/release/unbake")
options.add_argument("--plain", default=root / "target/release/examples/plain")
options.add_argument("--texts")
options.add_argument("--mb", type=int, default=400)
options.add_argument("--big-mb", type=int, default=3000)
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--work")
options.add_argument("--without-repair", action="store_true", help="only the lines in which nothing is repaired")
args = options.parse_args()
keep = tempfile.TemporaryDirectory() if args.work is None else None
work = pathlib.Path(args.work or keep.name)
work.mkdir(exist_ok=True)


def texts(*languages):
    if args.texts:
        with open(args.texts, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        found = [row["text"] for row in rows if row["lang"] in languages]
    else:
        found = []
        for path in sorted((root / "corpus/clean").glob("*.tsv")):
            for row in path.read_text(encoding="utf-8").splitlines():
                if row.count("\t") == 2 and row.split("\t")[0] in languages:
                    found.append(row.split("\t")[2])
    assert found, f"no texts in {languages}"
    return found


def misread(text):
    """As browsers read it: five bytes that windows-1252 lacks are C1 controls."""
    holes = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "".join(chr(b) if b in holes else bytes([b]).decode("cp1252") for b in text.encode())


def records(name, size, languages):
    """Writes documents of a few hundred to a few thousand characters."""
    rng, per_language = random.Random(6), [texts(language) for language in languages]
    with open(work / name, "wb") as out:
        number = written = 0
        while written < size:
            some = per_language[number % len(per_language)]
            text = " ".join(rng.choice(some) for _ in range(rng.randint(4, 30)))
            if rng.random() < 0.01:
                text = misread(text)
            row = {"id": f"doc-{number:08}", "text": text, "score": rng.random()}
            written += out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            number += 1
    return work / name


def run(*command, **kwargs):
    """Seconds, seconds of CPU, and MB at the peak: of the fastest run."""
    best = None
    for _ in range(kwargs.get("rounds", args.rounds)):
        with open(os.devnull, "wb") as null:
            began = time.perf_counter()
            child = subprocess.Popen([str(part) for part in command], stdout=null)
            _, status, usage = os.wait4(child.pid, 0)
            took = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, f"{command}: exit {child.returncode}"
        figures = (took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        best = min(best or figures, figures)
    return best


def fix(path, *more, **kwargs):
    return run(args.unbake, "fix", "--no-config", "-j2", *more, path, **kwargs)


def beside(what, path, plain):
    """The same file, against the time that it takes without looking at it."""
    row(f"{what} without unbake", *plain, "")
    for how in ("nothing repaired", "repaired")[: 1 if args.without_repair else 2]:
        switches = ["--no-fix=mojibake"] if how == "nothing repaired" else []
        ours = fix(path, "--field=text", "-o", work / "out", "--force", *switches)
        row(f"{what}, {how}", *ours, f"× {ours[0] / plain[0]:.2f}")


def row(what, seconds, cpu, memory, note):
    print(f"{what:34} {seconds:7.2f} s {cpu:7.2f} s CPU {memory:6.0f} MB  {note}", flush=True)


def rate(path, seconds):
    return f"{path.stat().st_size / seconds / 1e9:.2f} GB/s"


print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {args.mb} MB, {args.texts or 'corpus/clean'}")
jsonl = records("one.jsonl", args.mb * 1_000_000, ["en", "fr"])
russian = records("ru.jsonl", args.mb * 250_000, ["ru"])

row("cat", *(it := run("cat", jsonl)), rate(jsonl, it[0]))
row("jsonl, nothing repaired", *(it := fix(jsonl, "--field=text", "--no-fix=mojibake")), rate(jsonl, it[0]))
if not args.without_repair:
    row("jsonl, English and French", *(it := fix(jsonl, "--field=text")), rate(jsonl, it[0]))
    row("jsonl, Russian", *(it := fix(russian, "--field=text")), rate(russian, it[0]))

for suffix, tool in (("gz", ["gzip", "-6"]), ("zst", ["zstd", "-3", "-q"])):
    packed = work / f"one.jsonl.{suffix}"
    if subprocess.call(["which", tool[0]], stdout=subprocess.DEVNULL):
        continue
    with open(packed, "wb") as out:
        subprocess.check_call([*tool, "-c", str(jsonl)], stdout=out)
    beside(suffix, packed, run(args.plain, packed, work / "plain.out"))

# In a process of its own: what this one takes counts for those that it starts.
TABLE = """
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
with open(sys.argv[1], encoding="utf-8") as file:
    rows = [json.loads(line) for line, _ in zip(file, range(100_000))]
pq.write_table(pa.Table.from_pylist(rows), sys.argv[2], row_group_size=10_000, compression="zstd")
"""
if not find_spec("pyarrow"):
    print("parquet: no pyarrow")
else:
    path = work / "one.parquet"
    subprocess.check_call([sys.executable, "-c", TABLE, str(jsonl), str(path)])
    beside("parquet", path, run(args.plain, path, work / "plain.out"))

big = work / "big.jsonl"
with open(big, "wb") as out:
    for _ in range(max(1, args.big_mb // args.mb)):
        with open(jsonl, "rb") as part:
            while block := part.read(1 << 24):
                out.write(block)
more = ["--no-fix=mojibake"] if args.without_repair else []
seconds, cpu, memory = fix(big, "--field=text", *more, rounds=1)
row(f"jsonl of {big.stat().st_size / 1e9:.1f} GB", seconds, cpu, memory, rate(big, seconds))
big.unlink()

PIPELINE = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.writers import JsonlWriter
folder, out, logs = sys.argv[1:]
LocalPipelineExecutor([JsonlReader(folder), FTFYFormatter(), JsonlWriter(out)], tasks=1, logging_dir=logs).run()
"""
if not (find_spec("datatrove") and find_spec("ftfy")):
    print("datatrove: not installed")
else:
    small = work / "small"
    small.mkdir(exist_ok=True)
    path = small / "small.jsonl.gz"
    with open(jsonl, "rb") as file, gzip.open(path, "wb", 6) as out:
        size = 0
        for line in file:
            size += out.write(line)
            if size > 20_000_000:
                break
    # What starting Python and importing takes is not held against it.
    with gzip.open(work / "none.jsonl.gz", "wb") as out:
        out.write(b'{"id": "0", "text": "a"}\n')
    (work / "none").mkdir(exist_ok=True)
    os.replace(work / "none.jsonl.gz", work / "none/none.jsonl.gz")
    theirs = []
    for folder in ("small", "none"):
        with tempfile.TemporaryDirectory() as logs:
            quiet = f"exec {sys.executable} -c \"$PIPELINE\" {work / folder} {logs}/out {logs}/logs >/dev/null 2>&1"
            os.environ["PIPELINE"] = PIPELINE
            theirs.append(run("sh", "-c", quiet, rounds=1))
    ours = fix(path, "--field=text", "-o", work / "out.small", "--force")
    row("20 MB jsonl.gz, unbake", *ours, "")
    cpu = theirs[0][1] - theirs[1][1]
    row("20 MB jsonl.gz, datatrove and ftfy", theirs[0][0], cpu, theirs[0][2], f"CPU × {cpu / ours[1]:.0f}")
