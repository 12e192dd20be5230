"""Which parts of a paragraph stand in quotation marks or brackets: a sentence does not end in there."""

from collections import Counter

OPENS = {"„": "“”„", "“": "”", "‚": "‘’", "«": "»", "»": "«", "(": ")", "[": "]", '"': '"'}
"""What each opening mark may be closed by. “ closes „ and else opens in English; » and « do either."""
CLOSES = {closing: tuple(opening for opening, marks in OPENS.items() if closing in marks) for closing in '“”‘’«»)]"'}


def enclosures(text: str) -> list[tuple[int, int]]:
    """Outermost pairs in order: where the opening mark stands, and where the closing one. Marks without a mate count not.

    One pass with a stack; what a stack never closes is dropped when a mark below it is closed.
    """
    stack: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    pairs: list[tuple[int, int]] = []
    for place, mark in enumerate(text):
        if any(waiting[opening] for opening in CLOSES.get(mark, ())) and not _is_apostrophe(text, place):
            begin = _unwind(stack, waiting, mark)
            while pairs and pairs[-1][0] > begin:
                pairs.pop()
            pairs.append((begin, place))
        elif mark in OPENS and _may_open(text, place):
            stack.append((mark, place))
            waiting[mark] += 1
    return pairs


def _unwind(stack: list[tuple[str, int]], waiting: Counter[str], closing: str) -> int:
    while True:
        opening, begin = stack.pop()
        waiting[opening] -= 1
        if opening in CLOSES[closing]:
            return begin


def _is_apostrophe(text: str, place: int) -> bool:
    return text[place] in "’‘" and text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalpha()


def _may_open(text: str, place: int) -> bool:
    """An opening mark has no letter or digit right before it: inches („24"“) do not open."""
    return not text[place - 1 : place].isalnum() or place == 0
