"""Fetching a resource from the first source that has it, and its manifest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.fetch.resources import resolve
from textstudy.fetch.sources import obtain
from textstudy.fetch.transport import Unavailable
from textstudy.storage.files import atomic_path, sha256, write_json


def fetch(name: str, target: Path, mirror: Path | None = None) -> dict[str, Any]:
    """Fetch a resource into the folder `target`, from the mirror if one is given, or from the first source that has it.

    `manifest.json` is written last, so all files are complete if it exists.

    Returns:
        The manifest: name, kind, source, revision (a hub commit or a package version, else None), sha256 (of the main
        file, or of the first one), files (path → sha256 and size in bytes), licence, citation, fetched (UTC date).

    Raises:
        StudyError: no source has the resource, a file has the wrong hash, or the disk is full.
    """
    resource = resolve(name)
    (target / "manifest.json").unlink(missing_ok=True)
    local = resource.sources[0].startswith("folder:")
    reasons = []
    for source in ([f"mirror:{mirror}"] if mirror and not local else []) + list(resource.sources):
        try:
            paths, revision = obtain(source, resource, target)
            break
        except Unavailable as error:
            reasons.append(f"{source} ({error})")
    else:
        advice = (
            "correct the path or complete the folder"
            if local
            else "set `mirror` in the configuration or TEXTSTUDY_MIRROR to a folder that has it"
        )
        raise StudyError(f"{name} could not be fetched from {'; '.join(reasons)}: {advice}.")
    files = {path: {"sha256": sha256(target / path), "size": (target / path).stat().st_size} for path in sorted(paths)}
    main_file = resource.file if resource.file in files else min(files)
    manifest = {
        "name": resource.name,
        "kind": resource.kind,
        "source": source,
        "revision": revision,
        "sha256": files[main_file]["sha256"],
        "files": files,
        "licence": resource.licence,
        "citation": resource.citation,
        "fetched": datetime.now(UTC).date().isoformat(),
    }
    write_json(target / "manifest.json", manifest)
    return manifest


def settle(manifest: Mapping[str, Any], target: Path, folder: Path, checksums: Path) -> None:
    """Move the files of a fetched resource into a folder of their own, and write their digests as sha256sum(1) does.

    They come last, and apart from what an interrupted download leaves in `target` to be continued. The digests are the
    same whenever and from wherever the same files were fetched.
    """
    for path in manifest["files"]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).replace(folder / path)
    with atomic_path(checksums) as temporary:
        lines = (f"{facts['sha256']}  {folder.name}/{path}\n" for path, facts in sorted(manifest["files"].items()))
        temporary.write_text("".join(lines), encoding="utf-8")
