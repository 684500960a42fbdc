"""How right the findings are, measured on a corpus of tables and workbooks that are not shipped.

    python -m benchmarks.accuracy CORPUS [--score FOLDER] [--only tables,planted,books,injected]
    python -m benchmarks.accuracy.sample CORPUS --seed 1 --n 150 --out sample.jsonl
    python -m benchmarks.accuracy.sample --judged sample.jsonl
    python -m benchmarks.accuracy.calibrate CORPUS [--write]

``docs/accuracy.md`` explains the measures; ``benchmarks/results.md`` keeps what was reached.
"""
