import re

from app.kernel import tokens


def test_an_initial_password_is_five_groups_that_read_well() -> None:
    password = tokens.initial_password()
    assert re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", password)
    assert not set(password) & set("01loi")
    assert len({tokens.initial_password() for _ in range(50)}) == 50


def test_a_short_code_is_typed_over_without_a_doubt() -> None:
    code = tokens.short_code()
    assert tokens.is_short_code(code)
    assert not set(code) & set("01loi")
    assert len({tokens.short_code() for _ in range(50)}) == 50
    assert not any(map(tokens.is_short_code, ("", "a" * 6, "a" * 7 + "\n", "abcdef0")))


def test_however_it_is_typed_it_is_the_same_password() -> None:
    assert tokens.bare(" HQ7V m3xk-T9wd-r4npC6YA\n") == "hq7vm3xkt9wdr4npc6ya"


def test_tokens_and_ids_stand_in_an_address_as_they_are() -> None:
    assert re.fullmatch(r"[\w-]{43}", tokens.token())
    assert re.fullmatch(r"[\w-]{22}", tokens.public_id())
    assert tokens.is_public_id(tokens.public_id())
    assert not any(map(tokens.is_public_id, ("", "A" * 21, "A" * 22 + "\n")))
    assert tokens.token() != tokens.token()


def test_a_digest_says_the_same_of_the_same_secret() -> None:
    kept = tokens.digest("secret")
    assert len(kept) == 32
    assert tokens.same(kept, tokens.digest("secret"))
    assert not tokens.same(kept, tokens.digest("Secret"))
