"""Label likelihoods: the same as one pass for each prompt with each label, whatever shares a pass."""

import pytest
import torch
import transformers as t

from textstudy.models.prompted import LabelLikelihood

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 50}
DECODERS = {
    "llama": lambda: t.LlamaForCausalLM(
        t.LlamaConfig(**SIZES, intermediate_size=64, num_key_value_heads=2, max_position_embeddings=64)
    ),
    "gpt2": lambda: t.GPT2LMHeadModel(t.GPT2Config(vocab_size=50, n_embd=32, n_layer=2, n_head=4, n_positions=64)),
    "gpt_neox": lambda: t.GPTNeoXForCausalLM(t.GPTNeoXConfig(**SIZES, intermediate_size=64)),
}
ENCODER_DECODERS = {
    "t5": lambda: t.T5ForConditionalGeneration(
        t.T5Config(vocab_size=50, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, decoder_start_token_id=0)
    ),
    "bart": lambda: t.BartForConditionalGeneration(
        t.BartConfig(vocab_size=50, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
                     decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64)
    ),
}  # fmt: skip
LABELS = [[7], [8, 9, 10], [8, 9], [11, 12, 13, 14]]
PROMPTS = [[3, 4, 5, 20, 21], [3, 4, 5, 22], [3, 4, 5, 23, 24, 25, 26, 27, 28], [3, 4, 5, 6, 6]]


def scorer(make, labels=LABELS):
    torch.manual_seed(0)
    return LabelLikelihood(make().eval(), labels)


def plain_score(model, prompt, label):
    """The mean log-probability of a label's tokens, token by token."""
    logs = []
    for place, token in enumerate(label):
        ids = torch.tensor([[*prompt, *label[:place]]])
        logs.append(model(ids).logits[0, -1].log_softmax(0)[token])
    return sum(logs) / len(logs)


@pytest.mark.parametrize("kind", DECODERS)
@torch.inference_mode()
def test_a_decoder_scores_labels_side_by_side_as_one_by_one(kind):
    likelihood = scorer(DECODERS[kind])
    assert likelihood.check(PROMPTS[0])
    expected = torch.stack(
        [torch.stack([plain_score(likelihood.language_model, prompt, label) for label in LABELS]) for prompt in PROMPTS]
    )
    assert expected.std() > 0.01
    torch.testing.assert_close(likelihood.score_one_by_one(PROMPTS), expected, rtol=0, atol=2e-5)
    for beginning in (0, 1, 3):  # of what all prompts begin with, that many tokens are read once
        torch.testing.assert_close(likelihood(PROMPTS, beginning), expected, rtol=0, atol=2e-5)
    torch.testing.assert_close(likelihood(PROMPTS[2:3], 5), expected[2:3], rtol=0, atol=2e-5)
    torch.testing.assert_close(likelihood(PROMPTS, 3), expected, rtol=0, atol=2e-5)  # the kept states are as they were


@pytest.mark.parametrize("kind", ENCODER_DECODERS)
@torch.inference_mode()
def test_an_encoder_decoder_scores_labels_as_in_a_plain_loop(kind):
    likelihood = scorer(ENCODER_DECODERS[kind])
    model, found = likelihood.language_model, likelihood(PROMPTS)
    start = model.config.decoder_start_token_id
    for row, prompt in zip(found, PROMPTS, strict=True):
        for score, label in zip(row, LABELS, strict=True):
            ids = torch.tensor([prompt])
            logits = model(input_ids=ids, decoder_input_ids=torch.tensor([[start, *label[:-1]]])).logits[0]
            expected = logits.log_softmax(1)[range(len(label)), label].mean()
            torch.testing.assert_close(score, expected, rtol=0, atol=2e-5)


@torch.inference_mode()
def test_a_decoder_that_takes_no_such_mask_reads_labels_one_by_one():
    config = t.MambaConfig(vocab_size=50, hidden_size=16, state_size=4, num_hidden_layers=1)
    likelihood = scorer(lambda: t.MambaForCausalLM(config))
    assert not likelihood.check(PROMPTS[0])
    expected = plain_score(likelihood.language_model, PROMPTS[1], LABELS[1])
    torch.testing.assert_close(likelihood(PROMPTS, 3)[1, 1], expected, rtol=0, atol=2e-5)


@torch.inference_mode()
def test_positions_of_another_kind_are_noticed():
    config = t.BloomConfig(vocab_size=50, hidden_size=32, n_layer=2, n_head=4)
    likelihood = scorer(lambda: t.BloomForCausalLM(config))
    likelihood.check(PROMPTS[0])
    expected = plain_score(likelihood.language_model, PROMPTS[2], LABELS[3])
    torch.testing.assert_close(likelihood(PROMPTS, 3)[2, 3], expected, rtol=0, atol=2e-5)
