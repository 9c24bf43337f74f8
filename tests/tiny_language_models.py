"""Small language models with random weights, each with a tokenizer made from a few sentences, as checkpoint folders."""

from pathlib import Path

TEXTS = ["The pitcher threw the ball.", "A disk drive that won't spin.", "Text: Label: sport, computer. Classify it."]


def make_language_model(folder: Path, *, decoder: bool = True, positions: int = 256) -> Path:
    """Write a decoder like Llama, or an encoder-decoder like T5, into a folder."""
    import torch
    import transformers as t
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import TemplateProcessing

    made = ByteLevelBPETokenizer()
    made.train_from_iterator(TEXTS, vocab_size=300, special_tokens=["<pad>", "</s>", "<s>"], show_progress=False)
    template = "<s> $A" if decoder else "$A </s>"
    made.post_processor = TemplateProcessing(single=template, special_tokens=[("</s>", 1), ("<s>", 2)])
    t.PreTrainedTokenizerFast(
        tokenizer_object=made._tokenizer, pad_token="<pad>", eos_token="</s>", bos_token="<s>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    if decoder:
        sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
        config = t.LlamaConfig(vocab_size=300, max_position_embeddings=positions, initializer_range=0.3, **sizes)
        t.LlamaForCausalLM(config).save_pretrained(folder)
    else:
        config = t.T5Config(vocab_size=300, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
                            decoder_start_token_id=0)  # fmt: skip
        t.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder
