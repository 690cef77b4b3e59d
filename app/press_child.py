"""Sets one paper, in a process of its own: its order comes in, a PDF goes out.

Run by its path, so that nothing of the house is loaded, and nothing stays loaded.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    import typst  # noqa: PLC0415 - the web process may import this file, and no more

    order = json.load(sys.stdin.buffer)
    made = typst.compile(
        Path(order["template"]).read_bytes(),
        format="pdf",
        sys_inputs={  # values, never markup: a name may hold any sign
            "said": json.dumps(order["said"], ensure_ascii=False),
            "attachment": order["attachment"],
        },
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],  # what does not comply is refused
        timestamp=order["timestamp"],
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
