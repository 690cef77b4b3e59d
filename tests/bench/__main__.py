"""`python -m tests.bench [part…]`: each part beside a yardstick, in the same run."""

import argparse

from tests.bench import (
    audit,
    bucket,
    downloads,
    pages,
    publish,
    purge,
    sealing,
    sign_in,
    uploads,
    zips,
)

ALL = (
    *(sealing, downloads, zips, bucket, uploads),
    *(pages, publish, sign_in, purge, audit),
)
PARTS = {part.__name__.rpartition(".")[2]: part for part in ALL}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; none is all"
    )
    asked = parser.parse_args().parts
    if unknown := set(asked) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for name in asked or PARTS:
        PARTS[name].measure()


if __name__ == "__main__":
    main()
