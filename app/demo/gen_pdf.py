"""An ad-hoc document: one page of PDF that tells a quarter's sharing key."""

from collections.abc import Iterable, Sequence

from app.demo.gen_community import HUNDRED_PERCENT, Community, Direction, Participant
from app.kernel.period import Month

LEFT, TOP, LEADING = 64, 770, 16
MOST_ROWS = 34
_OPENING = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def key_document_name(community: Community, month: Month) -> str:
    """`Verdeelsleutel_2026-Q4_EG0000417.pdf`."""
    return f"Verdeelsleutel_{_quarter(month)}_{community.identifier}.pdf"


def key_document_pdf(community: Community, month: Month) -> bytes:
    """Tell who has which share in the month's quarter; codes are masked."""
    content = b"\n".join(
        [
            b"BT",
            f"{LEADING} TL {LEFT} {TOP} Td".encode(),
            b"/Heavy 20 Tf",
            _shown([f"Verdeelsleutel {_quarter(month)}", ""]),
            b"/Plain 11 Tf",
            _shown(_introduction(community)),
            b"/Fixed 10 Tf",
            _shown(_table(community)),
            b"ET",
        ]
    )
    return _pdf(_objects(content, title=f"Verdeelsleutel {_quarter(month)}"))


def _quarter(month: Month) -> str:
    return f"{month.year}-Q{(month.number + 2) // 3}"


def _introduction(community: Community) -> Sequence[str]:
    return (
        f"{community.name} ({community.identifier})",
        f"Soort sleutel: {community.key.lower()}",
        "Deze sleutel geldt voor elk kwartier van de periode.",
        "",
    )


def _table(community: Community) -> Sequence[str]:
    takers = [
        one for one in community.participants if one.direction is Direction.OFFTAKE
    ]
    rows = [_row(taker) for taker in takers[:MOST_ROWS]]
    more = len(takers) - len(rows)
    rest = [f"… en nog {more} deelnemers"] if more else []
    total = sum(taker.weight for taker in takers)
    heading = f"{'Deelnemer':<14}{'EAN-code':<14}{'Sleutel':>10}"
    return [heading, *rows, *rest, f"{'Totaal':<28}{_percent(total):>10}"]


def _row(taker: Participant) -> str:
    share = _percent(taker.weight)
    return f"{taker.site.reference:<14}{taker.ean.masked:<14}{share:>10}"


def _percent(weight: int) -> str:
    return f"{weight * 100 / HUNDRED_PERCENT:.2f} %".replace(".", ",")


def _shown(lines: Iterable[str]) -> bytes:
    return b"\n".join(_string(line) + b" Tj T*" for line in lines)


def _string(text: str) -> bytes:
    # WinAnsi is Windows-1252; a sign outside it becomes a question mark
    raw = text.encode("cp1252", errors="replace")
    for sign in (b"\\", b"(", b")"):
        raw = raw.replace(sign, b"\\" + sign)
    return b"(" + raw + b")"


def _objects(content: bytes, *, title: str) -> Sequence[bytes]:
    fonts = {"Heavy": "Helvetica-Bold", "Plain": "Helvetica", "Fixed": "Courier"}
    resources = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font}"
        " /Encoding /WinAnsiEncoding >>"
        for name, font in fonts.items()
    )
    return (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (nl-BE) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << " + resources.encode() + b" >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Title " + _string(title) + b" >>",
    )


def _pdf(objects: Sequence[bytes]) -> bytes:
    """Join the numbered objects; the end tells at which byte each begins."""
    body, offsets = _OPENING, []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    # an entry is exactly 20 bytes, its two-byte line end included
    entries = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
            f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
            f"startxref\n{len(body)}\n%%EOF\n"
        ).encode()
    )
