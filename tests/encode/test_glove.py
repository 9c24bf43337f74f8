import zipfile
from pathlib import Path

import numpy as np
import pytest

from textstudy.encode.glove import ARCHIVE, load_glove
from textstudy.errors import StudyError

LINES = "the 1 2 3\nball 0.5 -1 4\nfence -2 0 1.5\n"
VOCABULARY = ["<pad>", "<unk>", "the", "Ball", "zebra"]


def write_archive(folder: Path, files: dict[int, str]) -> Path:
    """Write an archive with a file for each dimension, and return its folder."""
    with zipfile.ZipFile(folder / ARCHIVE, "w") as archive:
        for dimension, lines in files.items():
            archive.writestr(f"glove.6B.{dimension}d.txt", lines)
    return folder


def load(folder: Path, vocabulary: list[str], dimension: int):
    return load_glove(folder, vocabulary, dimension, [1] * len(vocabulary))


def test_vectors_lower_case_and_coverage_by_hand(tmp_path):
    source = write_archive(tmp_path, {3: LINES, 50: "the" + " 1" * 50})
    matrix, coverage = load_glove(source, VOCABULARY, 3, [0, 1, 6, 2, 1])
    assert matrix.shape == (5, 3) and matrix.dtype == np.float32
    assert matrix[0].tolist() == [0, 0, 0]
    assert matrix[2].tolist() == [1, 2, 3]
    assert matrix[3].tolist() == [0.5, -1, 4]  # GloVe has only "ball"
    assert coverage["types"] == pytest.approx(2 / 3) and coverage["tokens"] == pytest.approx(8 / 10)
    assert coverage["found"] == 2 and coverage["lower_case_fallback"] == 1
    assert coverage["standard_deviation"] == pytest.approx(np.std([1, 2, 3, 0.5, -1, 4]))
    np.testing.assert_array_equal(load(source, VOCABULARY, 3)[0], matrix)


def test_a_word_in_its_own_case_comes_before_its_lower_case(tmp_path):
    for lines in ("may 1 1\nMay 2 2\n", "May 2 2\nmay 1 1\n"):
        matrix, coverage = load(write_archive(tmp_path, {2: lines}), ["<pad>", "<unk>", "May", "MAY", "may"], 2)
        assert matrix[2:].tolist() == [[2, 2], [1, 1], [1, 1]]
        assert coverage["lower_case_fallback"] == 1


def test_missing_words_have_the_spread_of_the_vectors_found(tmp_path):
    generator = np.random.default_rng(3)
    rows = generator.normal(0, 0.4, (200, 10))
    lines = [f"w{number} " + " ".join(f"{value:.5f}" for value in row) for number, row in enumerate(rows)]
    vocabulary = ["<pad>", "<unk>", *(f"w{n}" for n in range(200)), *(f"missing{n}" for n in range(2000))]
    matrix, coverage = load(write_archive(tmp_path, {10: "\n".join(lines)}), vocabulary, 10)
    np.testing.assert_allclose(matrix[2:202], rows, atol=1e-5)
    assert matrix[202:].std() == pytest.approx(coverage["standard_deviation"], rel=0.03)
    assert len(np.unique(matrix[202:], axis=0)) == 2000


def test_another_dimension_names_those_there_are(tmp_path):
    with pytest.raises(StudyError, match=r"no GloVe vectors of 300 dimensions: set `embedding_size` to one of 3, 50"):
        load(write_archive(tmp_path, {3: LINES, 50: ""}), VOCABULARY, 300)


@pytest.mark.parametrize("line", ["ball 1 2", "ball 1 2 3 4", "ball 1 two 3", "ball 1 nan 3", "", "fence 1"])
def test_a_damaged_line_is_named(tmp_path, line):
    with pytest.raises(StudyError, match=r"Line 2 of the 3-dimensional vectors in .* is not a word and 3 numbers"):
        load(write_archive(tmp_path, {3: f"the 1 2 3\n{line}\nand 1 2 3\n"}), ["<pad>", "<unk>", "the", "ball"], 3)


def test_a_damaged_missing_or_useless_archive_is_one_sentence(tmp_path):
    with pytest.raises(StudyError, match="glove.6B.zip is missing: fetch"):
        load(tmp_path, VOCABULARY, 3)
    archive = write_archive(tmp_path, {3: LINES * 100}) / ARCHIVE
    damaged = bytearray(archive.read_bytes())
    damaged[200] ^= 1  # a flipped bit in a stored member: only the checksum tells
    archive.write_bytes(damaged)
    with pytest.raises(StudyError, match="truncated or damaged|Line"):
        load(tmp_path, VOCABULARY, 3)
    archive.write_bytes(damaged[:100])
    with pytest.raises(StudyError, match="truncated or damaged"):
        load(tmp_path, VOCABULARY, 3)
    with pytest.raises(StudyError, match="none of the 1 words of the vocabulary"):
        load(write_archive(tmp_path, {3: LINES}), ["<pad>", "<unk>", "zebra"], 3)


def test_real_vectors(mirror):
    vocabulary = ["<pad>", "<unk>", "the", "hockey", "baseball", "modem", "qqqxyzzy"]
    matrix, coverage = load(mirror / "glove.6B", vocabulary, 50)
    assert coverage["found"] == 4
    unit = matrix[2:6] / np.linalg.norm(matrix[2:6], axis=1, keepdims=True)
    assert unit[1] @ unit[2] > 0.7 > unit[1] @ unit[3]  # hockey is nearer to baseball than to a modem
    with pytest.raises(StudyError, match=r"300 dimensions.* to one of 50\."):
        load(mirror / "glove.6B", vocabulary, 300)
