"""Measures the package against ftfy, the Rust library, and one thread.

    python bench.py            all of it
    python bench.py calls      unbake.ftfy.fix_text against ftfy and plsfix
    python bench.py arrow      unbake.arrow.fix against the Rust library
    python bench.py threads    two threads against one
    python bench.py engines    Ray and Spark, with unbake and with ftfy

MEGABYTES=4 makes the corpora of the last three smaller or larger.

Texts are made from corpus/, the same for all. Each rate is the best of three
turns, which take turns, so that a busy machine is unfair to nobody.
"""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from pydoc_data.topics import topics

import ftfy
import plsfix
import pyarrow as pa
import pyarrow.parquet as pq

import unbake
import unbake.ftfy
from unbake import arrow

ROOT = Path(__file__).resolve().parents[2]
TURNS = 3
# Of documents in a corpus, one in this many is damaged.
ONE_IN = 20
MEGABYTES = float(os.environ.get("MEGABYTES", 16))


def clean_strings(length=100):
    """Correct texts of as many characters, in all scripts: prose, for headings in
    capitals and lists of names are rarer in texts than in the corpus."""
    rows = []
    for path in sorted((ROOT / "corpus" / "clean").glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        fields = [line.split("\t") for line in lines]
        rows.append(" ".join(text for _, kind, text in fields if kind == "prose"))
    # Of this project's own texts many show damage.
    english = "\n".join(topics.values()).encode("ascii", "ignore").decode()
    rows.append(" ".join(english.split()[:1_500]))
    return [text[i : i + length] for text in rows for i in range(0, len(text) - length, length)]


def damage(text):
    """UTF-8 read as windows-1252, the most common damage."""
    return text.encode().decode("sloppy-windows-1252")


def strings():
    clean = clean_strings()
    beyond_ascii = [text for text in clean if not text.isascii()]
    return {
        "clean": clean,
        "clean, ASCII": [text for text in clean if text.isascii()],
        "damaged": [damage(text)[:100] for text in beyond_ascii],
    }


def seconds(work, at_least=0.5, clock=time.process_time):
    """What it takes of a processor, once; it is repeated until there is something
    to time. Others who use the machine don't count that way."""
    work()
    turns, start = 0, clock()
    while (passed := clock() - start) < at_least:
        work()
        turns += 1
    return passed / turns


def best(works, clock=time.process_time):
    """The least time of each of several works."""
    times = {name: [] for name in works}
    for _ in range(TURNS):
        for name, work in works.items():
            times[name].append(seconds(work, clock=clock))
    return {name: min(found) for name, found in times.items()}


def calls():
    functions = {
        "ftfy": ftfy.fix_text,
        "plsfix": plsfix.fix_text,
        "unbake.ftfy": unbake.ftfy.fix_text,
        "unbake.fix": unbake.fix,
    }
    for kind, texts in strings().items():
        # ftfy takes its time; a sample tells as much.
        sample = texts[:: max(1, len(texts) // 400)]

        def all_of(function):
            return lambda: [function(text) for text in sample]

        times = best({name: all_of(function) for name, function in functions.items()})
        print(f"\n{kind}: {len(sample)} strings of 100 characters")
        for name, time_of_all in times.items():
            each = time_of_all / len(sample) * 1e6
            print(f"  {name:12} {each:9.2f} µs each   {times['ftfy'] / time_of_all:7.1f} × ftfy")


def documents(megabytes):
    """Documents as crawls have them: a few kilobytes, one in twenty damaged."""
    lines = clean_strings(400)
    found, size, i = [], 0, 0
    while size < megabytes * 1e6:
        text = " ".join(lines[(i * 7 + k) % len(lines)] for k in range(5))
        text = damage(text) if i % ONE_IN == 0 else text
        found.append(text)
        size += len(text.encode())
        i += 1
    return found


def megabytes_of(texts):
    return sum(len(text.encode()) for text in texts) / 1e6


def arrow_rate(megabytes=MEGABYTES):
    texts = documents(megabytes)
    column = pa.array(texts)
    size = megabytes_of(texts)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(texts))
        file.flush()
        build = ["cargo", "build", "--quiet", "--release", "--example", "rate"]
        subprocess.run(build, cwd=ROOT, check=True)

        def rust():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [ROOT / "target/release/examples/rate", file.name]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return size / (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

        rates = {"Rust library": [], "unbake.arrow": [], "unbake.fix": []}
        for _ in range(TURNS):
            rates["Rust library"].append(rust())
            rates["unbake.arrow"].append(size / seconds(lambda: arrow.fix(column)))
            rates["unbake.fix"].append(size / seconds(lambda: [unbake.fix(text) for text in texts]))
    print(f"\ncolumn of {len(texts)} documents, {size:.1f} MB")
    for name, found in rates.items():
        share = max(found) / max(rates["Rust library"])
        print(f"  {name:12} {max(found):9.2f} MB/s   {share:6.1%} of the Rust library")


def threads(megabytes=MEGABYTES / 2):
    halves = [pa.array(documents(megabytes)) for _ in range(2)]

    def one():
        for half in halves:
            arrow.fix(half)

    def two():
        workers = [threading.Thread(target=arrow.fix, args=(half,)) for half in halves]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    # Here it is the clock on the wall that counts.
    times = best({"one": one, "two": two}, clock=time.perf_counter)
    print(f"\nthreads: two are {times['one'] / times['two']:.2f} × as fast as one")


class FixWithFtfy:
    """What one writes with ftfy: a row at a time."""

    def __call__(self, batch):
        texts = [ftfy.fix_text(text) for text in batch["text"].to_pylist()]
        return batch.set_column(batch.schema.get_field_index("text"), "text", pa.array(texts))


def fix_with_ftfy(batches):
    for batch in batches:
        yield pa.RecordBatch.from_pydict(
            {"id": batch["id"], "text": [ftfy.fix_text(t) for t in batch["text"].to_pylist()]}
        )


def nothing(batches):
    yield from batches


class Nothing:
    def __call__(self, batch):
        return batch


def engines(megabytes=MEGABYTES, shards=8):
    texts = documents(megabytes)
    size = megabytes_of(texts)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in")
        source.mkdir()
        for i in range(shards):
            ids = range(i, len(texts), shards)
            table = pa.table({"id": ids, "text": texts[i::shards]})
            pq.write_table(table, source / f"{i:03}.parquet", row_group_size=500)
        print(f"\npipelines, Parquet to Parquet: {len(texts)} documents, {size:.1f} MB, {shards} shards")
        for engine, run in (("Ray", on_ray), ("Spark", on_spark)):
            for workers in (1, 2):
                times = run(source, Path(folder, engine), workers)
                for name, took in times.items():
                    ratio = times["ftfy"] / took
                    rate = size / took
                    print(f"  {engine:6} {workers} workers {name:8} {took:7.1f} s {rate:8.2f} MB/s {ratio:6.1f} × ftfy")


def on_ray(source, target, workers):
    import ray

    import unbake.ray

    # One more than the actors, for what lists and writes files.
    ray.init(num_cpus=workers + 1, include_dashboard=False, log_to_driver=False)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    works = {
        # The first job pays for starting.
        "starting": (Nothing, {}),
        "nothing": (Nothing, {}),
        "unbake": (unbake.ray.Fix, {"columns": ["text"], "config": unbake.Config("ftfy")}),
        "ftfy": (FixWithFtfy, {}),
    }
    times = {}
    for name, (work, options) in works.items():
        start = time.perf_counter()
        dataset = ray.data.read_parquet(str(source)).map_batches(
            work,
            fn_constructor_kwargs=options,
            batch_format="pyarrow",
            zero_copy_batch=True,
            compute=ray.data.ActorPoolStrategy(size=workers),
        )
        dataset.write_parquet(f"{target}-{workers}-{name}")
        times[name] = time.perf_counter() - start
    ray.shutdown()
    return times


def on_spark(source, target, workers):
    from pyspark.sql import SparkSession

    import unbake.spark

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", False)
    builder = builder.config("spark.ui.showConsoleProgress", False)
    builder = builder.config("spark.sql.files.maxPartitionBytes", 2 << 20)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    works = {
        "starting": nothing,
        "nothing": nothing,
        "unbake": unbake.spark.fix(["text"], unbake.Config("ftfy")),
        "ftfy": fix_with_ftfy,
    }
    times = {}
    for name, work in works.items():
        start = time.perf_counter()
        frame = spark.read.parquet(str(source))
        frame.mapInArrow(work, frame.schema).write.parquet(f"{target}-{workers}-{name}")
        times[name] = time.perf_counter() - start
    spark.stop()
    return times


def versions():
    from importlib.metadata import version

    names = ["unbake", "ftfy", "plsfix", "pyarrow", "ray", "pyspark"]
    print("Python", platform.python_version(), *(f"{name} {version(name)}" for name in names))


if __name__ == "__main__":
    versions()
    parts = {"calls": calls, "arrow": arrow_rate, "threads": threads, "engines": engines}
    for part in sys.argv[1:] or parts:
        parts[part]()
