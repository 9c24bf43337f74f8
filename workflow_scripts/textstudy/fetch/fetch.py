"""Fetching a resource from the first source that has it, and its manifest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.fetch.resources import resolve
from textstudy.fetch.sources import obtain
from textstudy.fetch.transport import Unavailable
from textstudy.storage.checksums import CHECKSUMS, RESOURCE_FILES, write_checksums
from textstudy.storage.files import sha256, write_json


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


def settle(manifest: Mapping[str, Any], target: Path) -> None:
    """Move the files of a resource that was fetched into `target` to a folder of their own, and list their digests.

    They do so last: what an interrupted download leaves in `target` is continued, and never among them. The digests are
    the same whenever, and from wherever, the same files were fetched.
    """
    for path in manifest["files"]:
        settled = target / RESOURCE_FILES / path
        settled.parent.mkdir(parents=True, exist_ok=True)
        (target / path).replace(settled)
    sums = {path: facts["sha256"] for path, facts in manifest["files"].items()}
    write_checksums(target / CHECKSUMS, RESOURCE_FILES, sums)
