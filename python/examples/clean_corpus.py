"""Cleans a corpus of shards (`*.jsonl.gz`, `*.parquet`) on an engine.

    python clean_corpus.py ray|spark|here IN OUT [--column text] [--workers 2]

A shard is a task. Its output has the shard's name and appears whole or not at
all, so a task may run any number of times, on any machine, and whoever starts
the job again goes on where it stopped. All that the engine does is to run every
task until it has succeeded once.
"""

import argparse
import gzip
import json
import os
import sys
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

import unbake
from unbake import arrow


def clean_parquet(source, target, column):
    shard = pq.ParquetFile(source)
    with pq.ParquetWriter(target, shard.schema_arrow, compression="zstd") as writer:
        for batch in shard.iter_batches():
            writer.write_batch(arrow.fix(batch, [column]))


def clean_jsonl(source, target, column):
    # Without the name and the time, equal contents are equal files.
    with (
        gzip.open(source, "rt", encoding="utf-8") as lines,
        open(target, "wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as out,
    ):
        for line in lines:
            record = json.loads(line)
            text = record[column]
            record[column] = unbake.fix(text)
            if record[column] != text:
                line = json.dumps(record, ensure_ascii=False) + "\n"
            out.write(line.encode())


def clean(shard, out, column):
    """Cleans a shard, unless that is done already."""
    source = Path(shard)
    target = Path(out) / source.name
    if target.exists():
        return
    clean_shard = clean_parquet if source.suffix == ".parquet" else clean_jsonl
    # Another attempt may be under way elsewhere; the last one to end wins,
    # and all have written the same.
    attempt = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        clean_shard(source, attempt, column)
        os.replace(attempt, target)
    finally:
        attempt.unlink(missing_ok=True)


def here(shards, task, workers):
    for shard in shards:
        task(shard)


def on_ray(shards, task, workers):
    import ray

    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    clean_shard = ray.remote(num_cpus=1, max_retries=-1)(lambda shard: task(shard))
    ray.get([clean_shard.remote(shard) for shard in shards])
    ray.shutdown()


def on_spark(shards, task, workers):
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # `local` alone gives up after the first failure of a task.
    builder = SparkSession.builder.master(f"local[{workers},4]").config("spark.ui.enabled", False)
    spark = builder.getOrCreate()
    spark.sparkContext.parallelize(shards, len(shards)).foreach(task)
    spark.stop()


ENGINES = {"here": here, "ray": on_ray, "spark": on_spark}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--column", default="text")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    shards = sorted(str(path.resolve()) for path in args.corpus.iterdir())
    task = partial(clean, out=str(args.out.resolve()), column=args.column)
    ENGINES[args.engine](shards, task, args.workers)


if __name__ == "__main__":
    main()
