"""What the judge said when the chapters ran, in other words."""

FIELD = "{title}"


def judged(text, sentences):
    """Return an output in other words, if it is the judge's: the one right, or blank.

    sentences: {English: translation} of `judge.po`. All else that cells print stays.
    """
    if text in sentences:
        return sentences[text]
    for english, said in sentences.items():
        before, field, after = english.partition(FIELD)
        title = text.removeprefix(before).removesuffix(after)
        if field and title in sentences and f"{before}{title}{after}" == text:
            return said.replace(FIELD, sentences[title])
    return text
