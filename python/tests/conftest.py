import os
import sys

import pytest

# Spark's workers would be whatever `python3` is.
os.environ["PYSPARK_PYTHON"] = sys.executable

# Damaged, and what it was; `None` stays.
TEXTS = [
    ("Le cafÃ© est fermÃ© aujourd’hui.", "Le café est fermé aujourd’hui."),
    ("Wir wÃ¼nschen einen schÃ¶nen Tag.", "Wir wünschen einen schönen Tag."),
    ("ATENÇÃO: NÃO FUMAR", "ATENÇÃO: NÃO FUMAR"),
    ("plain", "plain"),
    ("", ""),
    (None, None),
    ("ÐŸÑ€Ð¸Ð²ÐµÑ‚, Ð¼Ð¸Ñ€!", "Привет, мир!"),
    ("Паром отходит в полдень.", "Паром отходит в полдень."),
]


@pytest.fixture
def damaged():
    return [damaged for damaged, _ in TEXTS]


@pytest.fixture
def mended():
    return [mended for _, mended in TEXTS]
