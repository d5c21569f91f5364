"""Which stored claims to set against a claim under check: search by words and by meaning, fused by rank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from claimbase_server.batcher import Batcher, await_vectors
from claimbase_server.call import Call
from claimbase_server.extract.numbers import find_numbers, tokenize
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.store.base import Store
from claimbase_server.types import Candidate

# Reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009; 60 is their constant.
_RRF_K = 60
_DEPTH = 50  # hits taken from each search
_DOCUMENT_SHARE = 0.5  # added to the claims of the document that has the best hits, less to those of others
_DOCUMENT_HITS = 3  # best hits that a document is ranked by
_NEIGHBOURS_OF = 3  # best hits whose neighbours in their document gain
_NEIGHBOUR_SHARE = 0.4  # of a hit's score, for the sentence before and the one after it
_READ = 20_000  # claims that the words of one search may be read in: its cost does not grow with the base

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_STOPWORDS = word_set(
    "a about above after again all also am an and any are as at be because been before being below between both but "
    "by can could did do does doing down during each few for from further had has have having he her here hers him "
    "his how i if in into is it its itself just many may me might more most much must my no nor not now of off on "
    "once only or other our out over own same shall she should so some such than that the their them then there "
    "these they this those through to too under until up upon us very was we were what when where which while who "
    "whom whose why will with would you your s t said says say told according"
)

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


class Retriever:
    """Finds the stored claims that may support or contradict a claim; thread-safe."""

    def __init__(self, store: Store, batcher: Batcher) -> None:
        self._store = store
        self._batcher = batcher

    def candidates(self, collection: str, claim_text: str, limit: int, call: Call) -> list[Candidate]:
        """At most `limit` stored claims, best first; raises UnknownCollection, CallGone or a batcher error."""
        with call.observer.stage("retrieve"):
            return self._candidates(collection, claim_text, limit, call)

    def _candidates(self, collection: str, claim_text: str, limit: int, call: Call) -> list[Candidate]:
        embedding = self._batcher.submit_texts([claim_text], call)  # the model works while words are searched
        by_words = self._search_text(collection, search_terms(claim_text))
        call.check()
        vector = await_vectors(embedding, call)[0]
        by_meaning = self._store.search_vector(collection, vector, _DEPTH)
        scores = fuse([by_words, by_meaning])
        found = dict(self._store.get_claims(collection, list(scores)))
        scores = favour_documents(scores, found)
        beside = {near for row in _ranked(scores)[:_NEIGHBOURS_OF] for near in (row - 1, row + 1)} - found.keys()
        found.update(self._store.get_claims(collection, sorted(beside)))
        scores = favour_neighbours(scores, found)
        return [replace(found[row], score=scores[row]) for row in _ranked(scores)[:limit]]

    def _search_text(self, collection: str, terms: Sequence[str]) -> list[int]:
        """Row numbers by BM25, of as many of the rarest words as may be read."""
        counts = self._store.count_text(collection, terms, _READ)
        chosen: list[str] = []
        read = 0
        for count, term in sorted(zip(counts, terms, strict=True)):
            read += count
            if count and read < _READ:
                chosen.append(term)
        return self._store.search_text(collection, chosen, _DEPTH) if chosen else []


def search_terms(claim_text: str) -> list[str]:
    """The claim's names, numbers and words with a meaning; numbers also as they may be spelt elsewhere."""
    words = _WORD.findall(claim_text)
    # A capital within the sentence makes a name of a common word: 'in May', 'Will County'.
    telling = [word for n, word in enumerate(words) if word.casefold() not in _STOPWORDS or (n and word[0].isupper())]
    return list({term.casefold(): term for term in [*telling, *_number_spellings(claim_text)]}.values())


def fuse(rankings: Iterable[Sequence[int]]) -> dict[int, float]:
    """The fused score of every row number in the rankings, by reciprocal rank."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (_RRF_K + rank)
    return scores


def favour_documents(scores: dict[int, float], found: dict[int, Candidate]) -> dict[int, float]:
    """Scores raised by how well the claim's document does as a whole, so that one story stays together."""
    hits: dict[str, list[float]] = {}
    for row in _ranked(scores):
        if row in found:
            hits.setdefault(found[row].source.document_id, []).append(scores[row])
    weight = {document: sum(best[:_DOCUMENT_HITS]) for document, best in hits.items()}
    top = max(weight.values(), default=1.0)
    return {
        row: score * (1 + _DOCUMENT_SHARE * weight[found[row].source.document_id] / top)
        for row, score in scores.items()
        if row in found
    }


def favour_neighbours(scores: dict[int, float], found: dict[int, Candidate]) -> dict[int, float]:
    """Scores raised beside the best hits: what rebuts a statement often stands next to it."""
    raised = dict(scores)
    for row in _ranked(scores)[:_NEIGHBOURS_OF]:
        document = found[row].source.document_id
        for near in (row - 1, row + 1):
            if near in found and found[near].source.document_id == document:
                raised[near] = raised.get(near, 0.0) + _NEIGHBOUR_SHARE * scores[row]
    return raised


def _ranked(scores: dict[int, float]) -> list[int]:
    return sorted(scores, key=lambda row: (-scores[row], row))


def _number_spellings(text: str) -> list[str]:
    """The numbers of a text as digits, with and without commas, and below a hundred as words."""
    tokens = tokenize(text)
    spellings = []
    for number in find_numbers(tokens):
        if not number.share and not number.vague and number.value.is_integer():
            value = int(number.value)
            spellings += [str(value), f"{value:,}"]
            spellings += [_in_words(value)] if value < 100 else []
    return spellings


def _in_words(value: int) -> str:
    """A number from 0 to 99 in words: 'three', 'twenty-five'."""
    if value < len(_SMALL):
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return f"{_TENS[tens - 2]}-{_SMALL[ones]}" if ones else _TENS[tens - 2]
