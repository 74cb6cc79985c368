"""Makes the golden files of downloaded judges: tiny random BERT and DeBERTa models and what transformers says with them.

    pip install -r requirements-downloaded.txt
    python make_downloaded.py ../golden

The same versions give the same bytes on the same kind of machine; see README.md.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    PreTrainedTokenizerFast,
)

SEED = 7
WIDTH = 32
LONGEST = 64
WORDS = ["the", "rain", "is", "over", "we", "rest", "in", "shade", "and", "not", "a", "no", ".", ",", "?", "!"]
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789é")
TEXTS = [
    "The rain is over, and we are resting in the shade.",
    "No.",
    "x",
    "A line ends here,\nand another begins: café, 日本 and 🙂.",
    "We are rather late, " * 12 + "as ever.",  # longer than the models read
]
PAIRS = [
    ("The rain is over.", "It is not raining."),
    ("We rest in the shade, and Ann reads.", "Ann reads."),
    ("No.", "We are rather late, " * 12 + "as ever."),
]


def word_pieces() -> Tokenizer:
    """As BERT's: lower case, WordPiece, [CLS] and [SEP]."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = special + WORDS + [x for x in LETTERS if x not in WORDS] + [f"##{x}" for x in LETTERS] + [":"]
    tokens = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokens.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokens.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return around(tokens, special)


def unigram() -> Tokenizer:
    """As DeBERTa's third version: Unigram over Metaspace, [CLS] and [SEP]."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = [f"▁{x}" for x in WORDS] + ["▁"] + LETTERS + list("TWANI.,:?!")
    vocab = [(piece, 0.0) for piece in special] + [(piece, -2.0 - 0.05 * i) for i, piece in enumerate(pieces)]
    tokens = Tokenizer(models.Unigram(vocab, unk_id=1))
    tokens.pre_tokenizer = pre_tokenizers.Metaspace()
    return around(tokens, special)


def around(tokens: Tokenizer, special: list[str]) -> Tokenizer:
    tokens.add_special_tokens(special)
    tokens.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokens.token_to_id(name)) for name in ("[CLS]", "[SEP]")])  # fmt: skip
    return tokens


def stirred(model):
    """Weights that make every part matter: attention is peaked, norms and biases are not what they start as."""
    torch.manual_seed(SEED)
    for name, parameter in model.named_parameters():
        if "LayerNorm.weight" in name:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
        elif parameter.dim() == 1:
            torch.nn.init.normal_(parameter, 0.0, 0.3)
        else:
            torch.nn.init.normal_(parameter, 0.0, 1.5 * parameter.shape[-1] ** -0.5 if "embeddings" not in name else 1.0)
    return model.eval()


SHAPE = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48,
         "max_position_embeddings": LONGEST, "pad_token_id": 0}  # fmt: skip


def save(folder: Path, model, tokens: Tokenizer, cases: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokens.save(str(folder / "tokenizer.json"))
    (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def encode(tokens: Tokenizer, *texts: str) -> dict:
    fast = PreTrainedTokenizerFast(tokenizer_object=tokens, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
                                   sep_token="[SEP]", model_input_names=["input_ids", "token_type_ids", "attention_mask"])  # fmt: skip
    return fast(*texts, return_tensors="pt", truncation="longest_first", max_length=LONGEST)


@torch.no_grad()
def logits(model, tokens: Tokenizer, *texts: str) -> list[float]:
    return [round(x, 6) for x in model(**encode(tokens, *texts)).logits[0].tolist()]


@torch.no_grad()
def mean(model, tokens: Tokenizer, text: str) -> list[float]:
    """The mean over all tokens, of length 1; nothing is padded here."""
    states = model(**encode(tokens, text)).last_hidden_state[0].mean(0)
    return [round(x, 6) for x in (states / states.norm()).tolist()]


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = Path(sys.argv[1])

    tokens = word_pieces()
    shape = SHAPE | {"vocab_size": tokens.get_vocab_size()}
    labels = {0: "Toxic", 1: "insult"}
    model = stirred(BertForSequenceClassification(
        BertConfig(**shape, id2label=labels, problem_type="multi_label_classification")))  # fmt: skip
    save(golden / "bert-classifier", model, tokens, {"texts": [{"text": x, "logits": logits(model, tokens, x)} for x in TEXTS]})

    model = stirred(BertModel(BertConfig(**shape), add_pooling_layer=False))
    save(golden / "bert-embedder", model, tokens, {"texts": [{"text": x, "vector": mean(model, tokens, x)} for x in TEXTS]})

    tokens = unigram()
    config = DebertaV2Config(
        **SHAPE, vocab_size=tokens.get_vocab_size(), type_vocab_size=0, relative_attention=True, position_buckets=8,
        max_relative_positions=-1, position_biased_input=False, pos_att_type=["p2c", "c2p"], share_att_key=True,
        norm_rel_ebd="layer_norm", layer_norm_eps=1e-7, pooler_dropout=0,
        id2label={0: "entailment", 1: "neutral", 2: "contradiction"})  # fmt: skip
    model = stirred(DebertaV2ForSequenceClassification(config))
    save(golden / "deberta-v2-entailment", model, tokens, {
        "texts": [{"text": x, "logits": logits(model, tokens, x)} for x in TEXTS],
        "pairs": [{"texts": [a, b], "logits": logits(model, tokens, a, b)} for a, b in PAIRS]})  # fmt: skip


if __name__ == "__main__":
    main()
