import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel

from textstudy.encode.encoders import load_configuration, load_encoder, load_tokenizer, position_limit
from textstudy.errors import StudyError


@pytest.fixture
def copied(encoder_of, tmp_path):
    return shutil.copytree(encoder_of("bert"), tmp_path / "encoder")


def test_every_weight_is_that_of_the_file(encoder_of):
    stored = load_file(encoder_of("bert") / "model.safetensors")
    loaded = load_encoder(encoder_of("bert")).state_dict()
    assert stored.keys() <= loaded.keys()
    assert all(torch.equal(stored[name], loaded[name]) for name in stored)


@pytest.mark.parametrize(("kind", "limit"), [("bert", 64), ("distilbert", 64), ("electra", 64), ("roberta", 65)])
def test_the_position_limit_is_the_longest_input_that_works(encoder_of, kind, limit):
    model = load_encoder(encoder_of(kind))
    assert position_limit(model.config) == limit
    ids = torch.full((1, limit + 1), 7)
    assert torch.isfinite(model(input_ids=ids[:, :limit]).last_hidden_state).all()
    with pytest.raises((IndexError, RuntimeError)):
        model(input_ids=ids)


def test_a_pooler_that_the_checkpoint_lacks_is_not_made_up(copied):
    weights = load_file(copied / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.startswith("pooler.")}
    save_file(kept, copied / "model.safetensors", metadata={"format": "pt"})
    model = load_encoder(copied)
    assert model.pooler is None and model(input_ids=torch.tensor([[2, 5, 3]])).pooler_output is None


def test_a_checkpoint_without_some_weight_is_refused(copied):
    weights = load_file(copied / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(StudyError, match=r"lacks weights .*encoder\.layer\.1\.output\.dense\.weight"):
        load_encoder(copied)


def test_pickled_weights_are_refused(copied):
    torch.save(AutoModel.from_pretrained(copied).state_dict(), copied / "pytorch_model.bin")
    (copied / "model.safetensors").unlink()
    with pytest.raises(StudyError, match="weights of the encoder"):
        load_encoder(copied)


def test_truncated_weights_are_one_sentence(copied):
    path = copied / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StudyError, match="weights of the encoder"):
        load_encoder(copied)


def test_code_in_the_folder_never_runs(copied):
    configuration = json.loads((copied / "config.json").read_text())
    configuration |= {
        "model_type": "strange",
        "auto_map": {"AutoConfig": "strange.Strange", "AutoModel": "strange.Strange"},
    }
    (copied / "config.json").write_text(json.dumps(configuration))
    (copied / "strange.py").write_text(f"open({str(copied / 'ran')!r}, 'w').close()\nclass Strange: ...\n")
    with pytest.raises(StudyError, match="configuration of the encoder"):
        load_encoder(copied)
    assert not (copied / "ran").exists()


def test_a_name_that_is_no_folder_is_not_looked_up_on_the_network(tmp_path):
    for load in (load_encoder, load_tokenizer, load_configuration):
        with pytest.raises(StudyError, match="not an encoder's folder"):
            load(tmp_path / "bert-base-uncased")


def test_truncation_and_padding_of_the_file_are_switched_off(copied):
    tokenizer = load_tokenizer(copied)
    tokenizer.backend_tokenizer.enable_truncation(4)
    tokenizer.backend_tokenizer.enable_padding(length=9)
    tokenizer.backend_tokenizer.save(str(copied / "tokenizer.json"))
    assert len(load_tokenizer(copied).backend_tokenizer.encode("the ball went over the fence").ids) > 9
    assert len(load_tokenizer(copied).backend_tokenizer.encode("the").ids) == 3


@pytest.mark.parametrize("kind", ["bert", "distilbert", "electra", "roberta"])
def test_the_dropout_of_attention_can_be_chosen(encoder_of, kind):
    """With every other dropout off, two passes differ only if attention has dropout."""
    import torch

    def varies(encoder):
        for module in encoder.modules():
            if isinstance(module, torch.nn.Dropout) and module not in inside_attention(encoder):
                module.p = 0.0
        input_ids = torch.arange(5, 12).unsqueeze(0)
        runs = [encoder.train()(input_ids=input_ids).last_hidden_state for _ in range(2)]
        return not torch.equal(*runs)

    def inside_attention(encoder):
        return {
            module
            for name, module in encoder.named_modules()
            if isinstance(module, torch.nn.Dropout) and name.endswith(("attention.self.dropout", "attention.dropout"))
        }

    assert varies(load_encoder(encoder_of(kind)))
    assert not varies(load_encoder(encoder_of(kind), attention_dropout=0.0))
