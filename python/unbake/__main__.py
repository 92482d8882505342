"""The ``unbake`` command."""

import signal
import sys

from unbake import _unbake


def main() -> int:
    # As without Python: Ctrl-C ends the command wherever it is.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _unbake.main(["unbake", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
