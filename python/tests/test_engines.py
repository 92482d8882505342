"""Engines, for real: each with two workers on this machine."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import unbake

SHARDS = 60
EXAMPLE = Path(__file__).parent.parent / "examples" / "clean_corpus.py"


@pytest.fixture(scope="module")
def ray():
    import ray

    # Two for the actors, and one for what lists files.
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", False)
    builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", True)
    spark = builder.getOrCreate()
    yield spark
    spark.stop()


def test_ray(ray, tmp_path, damaged, mended):
    from unbake.ray import Fix

    for i in range(4):
        table = pa.table({"id": range(i * 100, i * 100 + len(damaged)), "text": damaged, "raw": damaged})
        pq.write_table(table, tmp_path / f"{i}.parquet")
    dataset = ray.data.read_parquet(str(tmp_path)).map_batches(
        Fix,
        fn_constructor_kwargs={"columns": ["text"], "config": unbake.Config(min_score=1)},
        batch_format="pyarrow",
        zero_copy_batch=True,
        compute=ray.data.ActorPoolStrategy(size=2),
    )
    rows = sorted(dataset.take_all(), key=lambda row: row["id"])
    assert [row["text"] for row in rows] == mended * 4
    assert [row["raw"] for row in rows] == damaged * 4


def test_spark_map_in_arrow(spark, damaged, mended):
    import unbake.spark

    frame = spark.createDataFrame(list(enumerate(damaged)), "id long, text string").repartition(2)
    fixed = frame.mapInArrow(unbake.spark.fix(["text"], unbake.Config(min_score=1)), frame.schema)
    assert [row.text for row in fixed.orderBy("id").collect()] == mended


def test_spark_sql(spark, damaged, mended):
    import unbake.spark

    function = unbake.spark.register(spark)
    frame = spark.createDataFrame(list(enumerate(damaged)), "id long, text string").repartition(2)
    frame.createOrReplaceTempView("pages")
    rows = spark.sql("SELECT unbake(text) AS text FROM pages ORDER BY id").collect()
    assert [row.text for row in rows] == mended
    rows = frame.orderBy("id").select(function("text").alias("text")).collect()
    assert [row.text for row in rows] == mended


def test_datatrove(tmp_path, damaged, mended):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from unbake.datatrove import UnbakeFormatter

    pairs = [(d, m) for d, m in zip(damaged, mended) if d]
    shards = tmp_path / "in"
    shards.mkdir()
    for i in range(2):
        lines = [json.dumps({"id": f"{i}-{n}", "text": text}) + "\n" for n, (text, _) in enumerate(pairs)]
        (shards / f"{i}.jsonl").write_text("".join(lines))
    out = tmp_path / "out"
    executor = LocalPipelineExecutor(
        pipeline=[JsonlReader(str(shards)), UnbakeFormatter(), JsonlWriter(str(out), compression=None)],
        tasks=2,
        workers=2,
        start_method="spawn",
        logging_dir=str(tmp_path / "logs"),
    )
    executor.run()
    records = [json.loads(line) for path in out.iterdir() for line in path.read_text().splitlines()]
    texts = {record["id"]: record["text"] for record in records}
    assert texts == {f"{i}-{n}": m for i in range(2) for n, (_, m) in enumerate(pairs)}
    stats = json.loads((tmp_path / "logs" / "stats.json").read_text())
    unbaked = next(step for step in stats if "Unbake" in step["name"])["stats"]
    print(unbaked)
    assert unbaked["total"] == 2 * len(pairs)
    assert unbaked["repaired"] == 2 * sum(d != m for d, m in pairs)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Shards in both formats, and what a single process makes of them."""
    sentences = [
        "Le cafÃ© est fermÃ© aujourdâ€™hui, numÃ©ro {}.",
        "Die Fähre fährt täglich, Nummer {}.",
        "ÐŸÐ°Ñ€Ð¾Ð¼ Ð¾Ñ‚Ñ…Ð¾Ð´Ð¸Ñ‚ Ð² Ð¿Ð¾Ð»Ð´ÐµÐ½ÑŒ, {}.",
        "Plain text, number {}.",
    ]
    folder = tmp_path_factory.mktemp("corpus")
    shards, wanted = folder / "in", folder / "wanted"
    shards.mkdir()
    size = 100
    for shard in range(SHARDS):
        rows = [
            {"id": shard * size + i, "text": sentences[i % 4].format(i)} for i in range(size)
        ]
        if shard % 2:
            pq.write_table(pa.Table.from_pylist(rows), shards / f"{shard:03}.parquet", row_group_size=50)
        else:
            with gzip.open(shards / f"{shard:03}.jsonl.gz", "wt", encoding="utf-8") as out:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    subprocess.run([sys.executable, EXAMPLE, "here", shards, wanted], check=True)
    return shards, wanted, SHARDS * size


def records(folder):
    found = []
    # What starts with a dot is the attempt of a worker that was killed.
    for path in folder.glob("[!.]*"):
        if path.suffix == ".parquet":
            found += pq.read_table(path).to_pylist()
        else:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                found += map(json.loads, lines)
    return found


def workers_of(root, word):
    """Processes below `root` whose command line has `word` in it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            children.setdefault(int(stat[1]), []).append((int(entry.name), command))
    found, ahead = [], [root]
    while ahead:
        for pid, command in children.get(ahead.pop(), []):
            ahead.append(pid)
            if word in command:
                found.append(pid)
    return found


# A task runs in a process whose command line says so. Spark's daemon has the
# same as the workers that it forks, and comes first.
WORKERS = {"ray": "ray::<lambda>", "spark": "pyspark.daemon"}


@pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")
@pytest.mark.parametrize("engine", ["ray", "spark"])
def test_a_worker_is_killed_midway(engine, corpus, tmp_path):
    shards, wanted, count = corpus
    out = tmp_path / "out"
    log = (tmp_path / "log").open("wb")
    job = subprocess.Popen([sys.executable, EXAMPLE, engine, shards, out], stdout=log, stderr=log)
    killed = None
    while job.poll() is None and killed is None:
        done = {path.name for path in out.glob("[!.]*")} if out.exists() else set()
        begun = list(out.glob(".*")) if out.exists() else []
        workers = workers_of(job.pid, WORKERS[engine])
        if engine == "spark":
            workers = workers[1:]
        if done and begun and workers:
            os.kill(workers[-1], signal.SIGKILL)
            killed = len(done)
        time.sleep(0.002)
    assert job.wait(timeout=300) == 0, (tmp_path / "log").read_text()
    assert killed is not None and 0 < killed < SHARDS, killed
    found = records(out)
    assert len(found) == count
    key = lambda record: record["id"]
    assert sorted(found, key=key) == sorted(records(wanted), key=key)
    for path in wanted.iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()
    # A killed attempt may leave its file, which no reader takes for a shard.
    assert {path.name for path in out.glob("[!.]*")} == {path.name for path in wanted.iterdir()}


def test_a_job_goes_on_where_it_stopped(corpus, tmp_path):
    shards, wanted, _ = corpus
    out = tmp_path / "out"
    out.mkdir()
    (out / "000.jsonl.gz").write_bytes(b"done")
    subprocess.run([sys.executable, EXAMPLE, "here", shards, out], check=True)
    assert (out / "000.jsonl.gz").read_bytes() == b"done"
    assert (out / "001.parquet").read_bytes() == (wanted / "001.parquet").read_bytes()
