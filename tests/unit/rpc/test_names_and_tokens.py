"""Resource names and page tokens."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_server.rpc import names, tokens
from claimbase_server.rpc.errors import RpcFailure

IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
PARAMETERS = ("ListClaims", "news", "")


@given(IDS, st.integers(0, 999_999))
def test_every_document_id_survives_in_names(document_id: str, number: int) -> None:
    assert names.read_document("name", names.document_name("news", document_id)) == ("news", document_id)
    claim_id = f"{document_id}.{number}"
    assert names.read_claim("name", names.claim_name("news", claim_id)) == ("news", claim_id)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "news",
        "collections/",
        "collections/News",
        "collections/a/b",
        "documents/a",
        "collections/" + "a" * 64,
        "collections/-a",
        "collections/a\n",
        "collections/%ff",
        "collections/%00",
    ],
)
def test_bad_collection_names_are_refused_by_field(name: str) -> None:
    with pytest.raises(RpcFailure) as caught:
        names.read_collection("parent", name)
    assert caught.value.failure.violations[0].field == "parent"


@pytest.mark.parametrize("number", ["", "-1", "01", "x", "1.0", "\u0661", "9" * 30])
def test_bad_claim_numbers_are_refused(number: str) -> None:
    with pytest.raises(RpcFailure):
        names.read_claim("name", f"collections/news/documents/a/claims/{number}")


@given(st.integers(0, 2**63 - 1), st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_positions_survive_in_tokens(number: int, key: str) -> None:
    assert tokens.read_number("page_token", tokens.write_token(PARAMETERS, number), PARAMETERS) == number
    assert tokens.read_key("page_token", tokens.write_token(PARAMETERS, key), PARAMETERS) == key


@pytest.mark.parametrize("token", ["x", "not a token", "====", "AAAA", "\u00e9", "a" * 10_000, "W10"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(RpcFailure) as caught:
        tokens.read_number("page_token", token, PARAMETERS)
    assert caught.value.failure.reason == "BAD_TOKEN"


def test_every_changed_character_is_noticed() -> None:
    token = tokens.write_token(PARAMETERS, 41)
    for position, character in enumerate(token):
        changed = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        with pytest.raises(RpcFailure):
            tokens.read_number("page_token", changed, PARAMETERS)


def test_a_token_of_another_listing_is_refused() -> None:
    token = tokens.write_token(PARAMETERS, 41)
    with pytest.raises(RpcFailure) as caught:
        tokens.read_number("page_token", token, ("ListClaims", "other", ""))
    assert caught.value.failure.reason == "FOREIGN_TOKEN"


def test_page_tokens_expire_and_resume_tokens_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.write_token(PARAMETERS, 41)
    later = time.time() + tokens.LIFETIME + 60
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(RpcFailure) as caught:
        tokens.read_number("page_token", token, PARAMETERS)
    assert caught.value.failure.reason == "STALE_TOKEN"
    assert tokens.read_number("resume_token", token, PARAMETERS, lifetime=None) == 41
