"""Lists of digests, and what they say of the files of a resource."""

import hashlib

import pytest

from textstudy.errors import StudyError
from textstudy.storage.checksums import RESOURCE_FILES, check_resources, read_checksums, write_checksums


def test_checksums_accept_both_marks_of_sha256sum(tmp_path):
    (tmp_path / "SHA256SUMS").write_text(f"{'A' * 64}  x/one\n{'b' * 64} *x/two words\n\n{'c' * 64}  y/three\n")
    assert read_checksums(tmp_path / "SHA256SUMS", "x") == {"one": "a" * 64, "two words": "b" * 64}


@pytest.mark.parametrize(("damage", "said"), [(b"replaced", "is not the file that was fetched"), (None, "is missing")])
def test_a_lost_or_replaced_file_of_a_resource_is_noticed_by_whoever_reads_it(tmp_path, damage, said):
    file, listing = tmp_path / "bert" / "files" / "model", tmp_path / "bert" / "SHA256SUMS"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"original")
    write_checksums(listing, RESOURCE_FILES, {"model": hashlib.sha256(b"original").hexdigest()})
    inputs = [str(tmp_path / "split.parquet"), str(listing)]
    check_resources(inputs)
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(StudyError, match=f"files/model {said}: delete .*bert and run again"):
        check_resources(inputs)
