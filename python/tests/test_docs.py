import doctest
from pathlib import Path


def test_readme():
    readme = Path(__file__).parent.parent / "README.md"
    # The ends of code blocks are no output.
    text = readme.read_text(encoding="utf-8").replace("\n```", "\n")
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", str(readme), 0)
    assert len(test.examples) > 20
    results = doctest.DocTestRunner().run(test)
    assert results.failed == 0
