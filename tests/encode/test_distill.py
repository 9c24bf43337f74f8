"""Static vectors: what the encoder makes of each token alone, and scikit-learn's principal components of it."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from transformers import AutoModel

from textstudy.encode.distill import RARE, distill, token_outputs, write_distilled
from textstudy.encode.encoders import load_encoder, load_tokenizer
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.errors import StudyError
from textstudy.ragged import Ragged
from textstudy.storage.files import read_json, read_tensors
from tiny_encoders import nine_documents


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta"])
def test_each_token_passes_the_encoder_between_special_tokens(encoder_of, kind):
    folder = encoder_of(kind)
    tokenizer, plain = load_tokenizer(folder), AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    found = token_outputs(load_encoder(folder), tokenizer)
    assert found.shape == (len(tokenizer), 32)
    ends = tokenizer.cls_token_id, tokenizer.sep_token_id
    for token in (5, 17, len(tokenizer) - 1):
        with torch.no_grad():
            states = plain(torch.tensor([[ends[0], token, ends[1]]])).last_hidden_state[0]
        np.testing.assert_allclose(found[token], states.mean(dim=0), atol=0.02)  # bfloat16 where a CPU has it


def test_vectors_are_principal_components_shortened_by_frequency():
    generator = np.random.default_rng(0)
    outputs = generator.normal(size=(200, 12)).astype(np.float32) * np.linspace(3, 0.1, 12, dtype=np.float32) + 5
    documents = Ragged.of([generator.zipf(1.3, size) % 200 for size in generator.integers(1, 30, 60)])
    special = np.array([2, 3])
    vectors, kept = distill(outputs, documents, special, dimension=4)
    real = np.setdiff1d(np.arange(200), [0, 2, 3])
    reference = PCA(4).fit(outputs[real])
    assert kept == pytest.approx(reference.explained_variance_ratio_.sum(), rel=1e-5)
    counts = np.bincount(documents.values, minlength=200)[real]
    assert counts.min() == 0 < counts.max(), "rare and frequent tokens, or this says little"
    expected = reference.transform(outputs[real]) * (RARE / (RARE + counts / counts.sum()))[:, None]
    scale = expected.std() / vectors[real].std()
    np.testing.assert_allclose(np.abs(vectors[real]) * scale, np.abs(expected), atol=1e-4)
    assert vectors.dtype == np.float32 and not vectors[[0, 2, 3]].any()
    means = [vectors[documents[row]].mean(axis=0) for row in range(len(documents))]
    assert np.square(means).mean() == pytest.approx(1)


def test_a_file_for_an_encoding_and_what_does_not_fit(tmp_path, encoder_of):
    folder = encoder_of("bert")
    encode_wordpieces(nine_documents(), folder, {"maximum_length": 12}, tmp_path)
    write_distilled(tmp_path, folder, tmp_path / "distilled-8.safetensors", name="tiny", dimension=8)
    size = read_json(tmp_path / "encoding.json")["vocabulary_size"]
    assert read_tensors(tmp_path / "distilled-8.safetensors")["embedding"].shape == (size, 8)
    described = read_json(tmp_path / "distilled-8.json")
    assert described["tokens"] == size and 0 < described["variance"] < 1
    with pytest.raises(StudyError, match="32 dimensions, and embedding_size is 33: lower it"):
        write_distilled(tmp_path, folder, tmp_path / "more.safetensors", name="tiny", dimension=33)
    assert not (tmp_path / "more.safetensors").exists()
