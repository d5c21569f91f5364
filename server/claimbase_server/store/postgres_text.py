"""Search by words in PostgreSQL, with the tokens and the ranking of SQLite's FTS5."""

from __future__ import annotations

import re
import unicodedata

# Weighted places of a claim's words: its own text, its context, its document's title.
WORDS = (
    "setweight(to_tsvector('claimbase', %s), 'A') || setweight(to_tsvector('claimbase', %s), 'B')"
    " || setweight(to_tsvector('claimbase', %s), 'C')"
)

# BM25 (k1 1.2, b 0.75) with SQLite's idf. The frequency of a term in a claim is the sum of the weights of
# its places (A: the claim's own words, B: its context, C: its document's title); ts_rank of a single term
# gives such a sum, but for the constant pi^2 / 6 and a damping of repeats.
SEARCH_TEXT = """
WITH corpus AS (
    SELECT count(*) AS claims, avg(length(words)) AS length FROM claims WHERE collection_key = %(key)s
), matches AS (
    SELECT c.row_id, length(c.words) AS length,
        ts_rank('{0, 0.3, 0.4, 1}', c.words, term.query) * 1.6449 AS frequency,
        count(*) OVER (PARTITION BY term.number) AS df
    FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS given (text, number)
    CROSS JOIN LATERAL (SELECT phraseto_tsquery('claimbase', given.text) AS query, given.number) AS term
    JOIN claims c ON c.collection_key = %(key)s AND c.words @@ term.query
)
SELECT row_id FROM matches, corpus GROUP BY row_id ORDER BY sum(
    greatest(ln((claims - df + 0.5) / (df + 0.5)), 0.000001)
    * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * matches.length / corpus.length))
) DESC, row_id LIMIT %(limit)s
"""

COUNT_TEXT = """
SELECT (
    SELECT count(*) FROM (
        SELECT 1 FROM claims WHERE collection_key = %(key)s AND words @@ phraseto_tsquery('claimbase', term)
        LIMIT %(limit)s
    ) AS found
) FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS given (term, number) ORDER BY number
"""


def plain_words(text: str) -> str:
    """The text's words without accents, as SQLite's tokenizer cuts them; PostgreSQL's own would keep 'and/or' whole."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))
