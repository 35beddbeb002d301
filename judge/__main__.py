"""`python -m judge`: a table of what the judge knows, and what it says of each."""

from judge.known import TASKS, VARIANTS, as_function, judged
from judge.module import CHECKS
from judge.words import phrase


def rows():
    """Yield (function of the judge, verdict, name of the variant, sentence)."""
    for name, verdict, variant in VARIANTS:
        task = TASKS[name]
        yield name, verdict, variant.name, judged(task, as_function(task, variant))
    for name, sentence, _ in CHECKS:
        said = phrase("wrong", what=sentence, example="").strip()
        yield "batch_norm_module", "wrong", name, said


if __name__ == "__main__":
    print("| `judge.` | verdict | variant | what it says |\n|---|---|---|---|")
    for row in rows():
        print(f"| {' | '.join(map(str, row))} |")
