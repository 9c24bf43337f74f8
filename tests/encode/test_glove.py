import zipfile

import numpy as np
import pytest

from textstudy.encode.glove import load_glove
from textstudy.errors import StudyError

LINES = "the 1 2 3\nball 0.5 -1 4\nfence -2 0 1.5\n"
VOCABULARY = ["<pad>", "<unk>", "the", "Ball", "zebra"]


@pytest.fixture(params=["text", "zip", "folder of texts", "folder of zips"])
def source(request, tmp_path):
    text = tmp_path / "glove.6B.3d.txt"
    text.write_text(LINES)
    (tmp_path / "README.txt").write_text("not a vector file\n")
    if "zip" in request.param:
        with zipfile.ZipFile(tmp_path / "glove.6B.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(text, text.name)
            archive.writestr("glove.6B.50d.txt", "the" + " 1" * 50)
        text.unlink()
    return {"text": text, "zip": tmp_path / "glove.6B.zip"}.get(request.param, tmp_path)


def test_vectors_fall_back_and_coverage_by_hand(source):
    matrix, coverage = load_glove(source, VOCABULARY, 3, counts=[0, 1, 6, 2, 1])
    assert matrix.shape == (5, 3) and matrix.dtype == np.float32
    assert matrix[0].tolist() == [0, 0, 0]
    assert matrix[2].tolist() == [1, 2, 3]
    assert matrix[3].tolist() == [0.5, -1, 4]  # only "ball" is there
    assert coverage["types"] == pytest.approx(2 / 3) and coverage["tokens"] == pytest.approx(8 / 10)
    assert coverage["found"] == 2 and coverage["lower_case_fallback"] == 1
    assert coverage["standard_deviation"] == pytest.approx(np.std([1, 2, 3, 0.5, -1, 4]))
    np.testing.assert_array_equal(load_glove(source, VOCABULARY, 3)[0], matrix)
    assert not np.array_equal(load_glove(source, VOCABULARY, 3, seed=1)[0][4], matrix[4])


def test_a_word_in_its_own_case_comes_before_its_lower_case(tmp_path):
    path = tmp_path / "vectors.txt"
    for lines in ("may 1 1\nMay 2 2\n", "May 2 2\nmay 1 1\n"):
        path.write_text(lines)
        matrix, coverage = load_glove(path, ["<pad>", "<unk>", "May", "MAY", "may"], 2)
        assert matrix[2:].tolist() == [[2, 2], [1, 1], [1, 1]]
        assert coverage["lower_case_fallback"] == 1


def test_missing_words_have_the_spread_of_the_vectors_found(tmp_path):
    generator = np.random.default_rng(3)
    rows = generator.normal(0, 0.4, (200, 10))
    lines = [f"w{number} " + " ".join(f"{value:.5f}" for value in row) for number, row in enumerate(rows)]
    path = tmp_path / "glove.10d.txt"
    path.write_text("\n".join(lines))
    vocabulary = ["<pad>", "<unk>", *(f"w{n}" for n in range(200)), *(f"missing{n}" for n in range(2000))]
    matrix, coverage = load_glove(path, vocabulary, 10)
    np.testing.assert_allclose(matrix[2:202], rows, atol=1e-5)
    assert matrix[202:].std() == pytest.approx(coverage["standard_deviation"], rel=0.03)
    assert len(np.unique(matrix[202:], axis=0)) == 2000


def test_another_dimension_names_those_there_are(source):
    with pytest.raises(StudyError, match=r"no GloVe vectors of 300 dimensions: choose one of .*3"):
        load_glove(source, VOCABULARY, 300)


@pytest.mark.parametrize("line", ["ball 1 2", "ball 1 2 3 4", "ball 1 two 3", "ball 1 nan 3", "", "fence 1"])
def test_a_damaged_line_is_named(tmp_path, line):
    path = tmp_path / "glove.6B.3d.txt"
    path.write_text(f"the 1 2 3\n{line}\nand 1 2 3\n")
    with pytest.raises(StudyError, match=r"line 2 of glove\.6B\.3d\.txt is not a word and 3 numbers"):
        load_glove(path, ["<pad>", "<unk>", "the", "ball"], 3)


def test_damaged_missing_or_useless_sources_are_one_sentence(tmp_path):
    archive = tmp_path / "glove.6B.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("glove.6B.3d.txt", LINES * 100)
    damaged = bytearray(archive.read_bytes())
    damaged[200] ^= 1  # a flipped bit in a stored member: only the checksum tells
    archive.write_bytes(damaged)
    with pytest.raises(StudyError, match="damaged|line"):
        load_glove(archive, VOCABULARY, 3)
    archive.write_bytes(damaged[:100])
    with pytest.raises(StudyError, match="damaged archive"):
        load_glove(archive, VOCABULARY, 3)
    with pytest.raises(StudyError, match="holds no GloVe vectors"):
        load_glove(tmp_path / "nowhere", VOCABULARY, 3)
    (tmp_path / "glove.6B.3d.txt").write_text(LINES)
    with pytest.raises(StudyError, match="none of the 1 words"):
        load_glove(tmp_path / "glove.6B.3d.txt", ["<pad>", "<unk>", "zebra"], 3)


def test_real_vectors(mirror):
    vocabulary = ["<pad>", "<unk>", "the", "hockey", "baseball", "modem", "qqqxyzzy"]
    matrix, coverage = load_glove(mirror / "glove.6B", vocabulary, 50)
    assert coverage["found"] == 4
    unit = matrix[2:6] / np.linalg.norm(matrix[2:6], axis=1, keepdims=True)
    assert unit[1] @ unit[2] > 0.7 > unit[1] @ unit[3]  # hockey is nearer to baseball than to a modem
    with pytest.raises(StudyError, match=r"300 dimensions.*\(50\)"):
        load_glove(mirror / "glove.6B", vocabulary, 300)
