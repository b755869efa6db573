"""Outputs are written whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from allocator import InputError
from allocator.base.files import replacing, write_whole


def test_a_new_file_and_its_folder(tmp_path: Path) -> None:
    target = tmp_path / "新" / "结果.xlsx"
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def fail_halfway() -> None:
        with replacing(target) as temporary:
            temporary.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_in_the_way_is_a_message(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.mkdir()
    with pytest.raises(InputError, match="无法写入"):
        write_whole(target, b"new")


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_a_link_stays_a_link_and_a_pipe_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    link, pipe = tmp_path / "link.xlsx", tmp_path / "pipe"
    link.symlink_to(folder / "a.xlsx")
    write_whole(link, b"one")
    write_whole(link, b"two")
    assert link.is_symlink()
    assert [path.read_bytes() for path in folder.iterdir()] == [b"two"]
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="设备"):
        write_whole(pipe, b"new")
    assert pipe.is_fifo()


def test_the_longest_name_the_system_takes(tmp_path: Path) -> None:
    target = tmp_path / ("表" * 83 + ".xlsx")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_read_only_file_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    with pytest.raises(InputError, match=r"a\.xlsx.*无法写入.*换一个文件名"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"


def test_writers_never_mix(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    contents = [bytes([i]) * 200_000 for i in range(4)]

    def write(content: bytes) -> None:
        for _ in range(5):
            write_whole(target, content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [target]
