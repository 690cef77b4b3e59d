"""What the demo says when it is there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.demo.serve import welcome
from app.demo.settings import DemoFolder
from notifier.folder import Folder


@pytest.mark.parametrize(("port", "is_told"), [(8000, False), (8001, True)])
def test_on_another_port_it_tells_which_one_earlier_letters_name(
    tmp_path: Path, port: int, *, is_told: bool
) -> None:
    demo = DemoFolder(tmp_path, port)
    written = DemoFolder(tmp_path, 8000).address
    mail = Folder(demo.mail, lambda: datetime(2026, 10, 26, tzinfo=UTC))
    mail.post("email", "an@noord.example", f"Bestanden: {written}/bestanden/")
    assert ("Brieven van eerder noemen nog poort 8000." in welcome(demo)) == is_told
    assert f"{demo.address}/demo/postvak" in welcome(demo)
    assert f"{demo.address}/demo/kaartlezer" in welcome(demo)
