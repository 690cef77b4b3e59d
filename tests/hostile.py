"""Names of files that want to be more than names."""

SIGNS = (
    *map(chr, range(0x20)),
    *"\"\\%;,=/:*?<>|'`$&(){}[]~",
    *"\x7f\x85\xa0\u200b\u202a\u202e\u2066\u2028\u2029\ufeff\ufffe\udce9\uff0f",
    *("é", "e\u0301", "ß", "Ω", "日本", "😀", "👩\u200d👩\u200d👧", "\u0130"),
    *(
        "\r\nSet-Cookie: a=b",
        "\r\n\r\n<html>",
        "%0d%0a",
        "&quot;",
        "filename*=UTF-8''x",
    ),
    *("../", "..\\", "CON", "NUL.", "a" * 200),
)
NAMES = [
    before + sign + after
    for sign in SIGNS
    for before, after in (("", ".csv"), ("CORR_", ""), ("a", "b.pdf"), ('x"; y="', "z"))
]
