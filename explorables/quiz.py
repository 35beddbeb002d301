"""Quiz: a few questions, answered on the page, with a comment on each choice."""

import re

import traitlets

from explorables.base import Explorable, item_of
from explorables.words import QUIZ


class Quiz(Explorable):
    """Check yourself: questions with one right choice, and a comment on every choice.

    Parameters
        text: questions, a blank line between two. The question comes first, then a
            line for each choice, "+ " before the right one and "- " before a wrong
            one, and under each choice its feedback after ": ". Longer text may go
            on in the next line. Text in backticks is shown as code; on a page, a link
            in the feedback, as [words](#fig-...?d=4), moves the page's figure.

    Traits
        title: the heading above the questions.
        questions: list of {"question", "choices"}; a choice is {"text", "correct",
            "feedback"}.
        answers: for each question the index of the chosen answer, -1 for none.
        items: for each question what its answer is kept under, made of its text and
            its choices.

    Errors: TraitError if a question does not have exactly one right choice, a choice
    has no feedback, or an answer is not the index of a choice.
    """

    anchor = ""  # its questions have their own

    title = traitlets.Unicode("Check yourself").tag(sync=True, words="a title")
    questions = traitlets.List(minlen=1).tag(sync=True)
    answers = traitlets.List(traitlets.Int()).tag(sync=True)
    items = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, text, **traits):
        questions = [_parse(block) for block in text.strip().split("\n\n")]
        traits.setdefault("answers", [-1] * len(questions))
        items = [
            item_of(one["question"], *(choice["text"] for choice in one["choices"]))
            for one in questions
        ]
        super().__init__(questions=questions, items=items, **traits)

    @traitlets.validate("questions")
    def _valid_questions(self, proposal):
        for number, question in enumerate(proposal.value, start=1):
            for choice in question["choices"]:
                if not choice["feedback"]:
                    raise traitlets.TraitError(
                        f"question {number}: the choice {choice['text']!r} has no "
                        "feedback; put it under the choice, after ': '"
                    )
            right = sum(choice["correct"] for choice in question["choices"])
            if right != 1:
                raise traitlets.TraitError(
                    f"question {number} must have exactly 1 right choice, has {right}"
                )
        return proposal.value

    @traitlets.validate("answers")
    def _valid_answers(self, proposal):
        limits = [len(question["choices"]) for question in self.questions]
        answers = proposal.value
        if len(answers) != len(limits) or not all(
            -1 <= answer < limit for answer, limit in zip(answers, limits, strict=True)
        ):
            raise traitlets.TraitError(
                f"answers must hold for each of the {len(limits)} questions the index "
                f"of a choice, or -1; got {answers}"
            )
        return answers

    @classmethod
    def reworded(cls, state, words):
        """Return the state with the questions in other words."""
        state = super().reworded(state, words)
        questions = [
            {
                "question": words(question["question"], QUIZ),
                "choices": [
                    choice
                    | {
                        "text": words(choice["text"], "a quiz's choice"),
                        "feedback": words(choice["feedback"], "what is said of it"),
                    }
                    for choice in question["choices"]
                ],
            }
            for question in state["questions"]
        ]
        return state | {"questions": questions}

    @classmethod
    def questions_of(cls, state):
        """Return the questions, by the names of their answers' records."""
        pairs = zip(state["items"], state["questions"], strict=True)
        return {f"quiz:{item}": question["question"] for item, question in pairs}

    @classmethod
    def answers_of(cls, state):
        """Return the questions: each choice has what is said of it."""
        return state["questions"]

    def quantities(self):
        """How many answers are right."""
        return {
            "right": sum(
                answer >= 0 and bool(question["choices"][answer]["correct"])
                for question, answer in zip(self.questions, self.answers, strict=True)
            )
        }

    def __repr__(self):
        return f"Quiz({len(self.questions)} questions)"


def _parse(block):
    """Return one question's dictionary, from its lines."""
    # A line that begins a part keeps its place; all others go on with the last one.
    joined = re.sub(r"\n\s*+(?![+\-:] )", " ", block)
    question, *lines = [line.strip() for line in joined.splitlines()]
    choices = []
    for line in lines:
        if line.startswith(": ") and choices:
            choices[-1]["feedback"] = line[2:]
        else:
            choices.append(
                {"text": line[2:], "correct": line[0] == "+", "feedback": ""}
            )
    return {"question": question, "choices": choices}
