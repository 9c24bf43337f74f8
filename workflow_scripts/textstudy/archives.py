"""Unpacking archives from outside: every member is checked before the first byte is written."""

import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from textstudy.errors import StudyError


def extract(archive: Path, target: Path) -> Path:
    """Unpack a tar (plain, gz, bz2, xz) or zip archive into the folder `target`, all of it or nothing.

    Returns:
        `target`.

    Raises:
        StudyError: a member would land outside `target`, or is a link or a device; the archive is damaged; `target`
            holds files already.
    """
    archive, target = Path(archive), Path(target)
    if target.exists() and any(target.iterdir()):
        raise StudyError(f"{target} already holds files: delete it before {archive} is unpacked there.")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        if zipfile.is_zipfile(archive):
            _extract_zip(archive, temporary)
        else:
            _extract_tar(archive, temporary)
        temporary.chmod(0o755)  # mkdtemp makes private folders
        temporary.replace(target)
    except tarfile.FilterError as error:
        raise StudyError(f"{archive} is not to be trusted ({error}): nothing of it was unpacked.") from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        raise StudyError(f"{archive} is damaged or not a tar or zip archive ({error}): fetch it again.") from error
    except OSError as error:
        raise StudyError(f"{archive} cannot be unpacked into {target} ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _extract_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        _check_names((member.name for member in members), archive)
        for member in members:
            if not (member.isfile() or member.isdir()):
                raise StudyError(f"{archive} is not to be trusted: its member {member.name!r} is a link or a device.")
        tar.extractall(folder, filter="data")  # PEP 706: checks the paths once more, and drops odd modes and owners


def _extract_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as contents:
        members = contents.infolist()
        _check_names((member.filename for member in members), archive)
        for member in members:
            if stat.S_ISLNK(member.external_attr >> 16):
                raise StudyError(f"{archive} is not to be trusted: its member {member.filename!r} is a link.")
        contents.extractall(folder)


def _check_names(names: Iterable[str], archive: Path) -> None:
    for name in names:
        parts = re.split(r"[/\\]", name)
        if name.startswith(("/", "\\")) or ".." in parts or re.match("[A-Za-z]:", name):
            raise StudyError(f"{archive} is not to be trusted: its member {name!r} points outside the archive.")
