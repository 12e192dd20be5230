"""A small disk that can be filled: a memory file system where this process may mount one, else a limit on files."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 4_000_000


class Disk:
    """The folder of a database, as long as a scenario lasts. `complaint`: the code of what the program says when it is full."""

    def __init__(self, folder: Path, *, real: bool) -> None:
        self._folder, self._real = folder, real
        self._filler = folder / "filler"
        self.complaint = "store-disk-full" if real else "store-disk-trouble"
        self.largest_file: int | None = None

    def fill(self, room: int) -> None:
        """Leave so many bytes."""
        self.empty()
        if not self._real:
            self.largest_file = room + max(path.stat().st_size for path in self._folder.iterdir())
            return
        used = sum(path.stat().st_blocks * 512 for path in self._folder.rglob("*"))
        self._filler.write_bytes(bytes(max(0, SIZE - used - room)))

    def empty(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)
        self.largest_file = None


@contextmanager
def open_disk(folder: Path) -> Iterator[Disk]:
    """A disk at this folder, which is made for it."""
    folder.mkdir(parents=True)
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    order: list[str | Path] = [mount or "false", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]
    real = unmount is not None and subprocess.run(order, capture_output=True).returncode == 0
    try:
        yield Disk(folder, real=real)
    finally:
        if real and unmount:
            subprocess.run([unmount, "--lazy", folder], check=True)
