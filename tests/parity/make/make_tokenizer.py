"""Makes the golden files of the tokenizer test: small T5 tokenizers with a SentencePiece normalizer, and what the
`tokenizers` library makes of some texts with them.

    pip install -r requirements.txt
    python make_tokenizer.py ../golden/tokenizer

A second run gives the same bytes; see README.md.
"""

import json
import sys
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

VOCAB = 200
SENTINELS = 4  # stock T5 has 100

SENTENCES = [
    "The meeting was moved to Thursday because the room is being painted.",
    "She don't know where the keys are, and neither do I.",
    "We have finished the report, but nobody has read it yet.",
    "Please send me the final figures before the end of the week.",
    "Our office offers a fine view of the river and the old bridge.",
    "It rained all night; the path behind the house is flooded.",
    "He said that the train leaves at 7:45, not at 8:15.",
    "Could you tell us (in one sentence) what has changed?",
    "The café near the station sells naïve paintings of ships.",
    "A quick answer is better than a perfect one that comes too late.",
    "Writing is easy: everything that is hard comes after the first draft.",
    "They were surprised by how few people had asked for the book.",
    "If the cost is above $300, ask the manager first!",
    "I'm afraid this isn't the version of the text we agreed on.",
    "Every morning they walk along the coast and count the birds.",
    "My sister's garden gets more water than it needs.",
]

TEXTS = [
    "",
    "The report was finished before the meeting.",
    "She don't know where the keys are.",
    "A ﬁne oﬃce oﬀers ﬂoods of coﬀee.",  # ligatures
    "Ｔｈｅ ｗｉｄｅ ｌｅｔｔｅｒｓ！",  # full width
    "two  spaces and   three",
    " a space before and after ",
    "   ",
    "a line\nand\tanother\r\n\r\n",
    "naïve café",
    "nai\u0308ve cafe\u0301",  # the same, decomposed
    "A smile 🙂 and a family 👩‍👩‍👧.",
    "wait… ™ ½ ² no\u00a0break\u3000wide\u200bzero",
    "▁ is ▁▁ not a space▁",
    "東京 is far, Zürich is near; Ωμέγα.",
    "\u200bhidden first, and last\u200b",
    "If it's above $300, (really?) ask: \"why\" & <b>how</b> at 7:45!",
]


def rules() -> list[tuple[str, str]]:
    """A small part of the nmt_nfkc rules: from code points to code points."""
    whole = "\u00a0\u00b2\u00b3\u00bd\u2122\u2026\u3000" + "".join(map(chr, [*range(0xFB00, 0xFB05), *range(0xFF01, 0xFF5F)]))
    pairs = {c: unicodedata.normalize("NFKC", c) for c in whole}
    for letter in "aeiouAEIOU":
        for mark in "\u0300\u0301\u0308":
            pairs[letter + mark] = unicodedata.normalize("NFKC", letter + mark)
    pairs |= {c: " " for c in "\t\n\r\u200b\u2028"}
    pairs |= {chr(c): "" for c in [*range(1, 9), 0x7F, 0xAD]}
    return sorted(pairs.items())


def train() -> sentencepiece_model_pb2.ModelProto:
    def points(text: str) -> str:
        return " ".join(f"{ord(c):X}" for c in text)

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "rules.tsv").write_text("".join(f"{points(a)}\t{points(b)}\n" for a, b in rules()))
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES), model_prefix=str(folder / "spiece"), model_type="unigram",
            vocab_size=VOCAB, normalization_rule_tsv=str(folder / "rules.tsv"), hard_vocab_limit=False,
            pad_id=0, eos_id=1, unk_id=2, bos_id=-1, num_threads=1, minloglevel=2,
        )
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString((folder / "spiece.model").read_bytes())
        return model


def tokenizer(model, normalizer, pre_tokenizer) -> Tokenizer:
    """As transformers' converters build it from a T5's `spiece.model`."""
    vocab = [(piece.piece, piece.score) for piece in model.pieces]
    vocab += [(f"<extra_id_{i}>", 0.0) for i in range(SENTINELS - 1, -1, -1)]
    made = Tokenizer(Unigram(vocab, unk_id=2, byte_fallback=False))
    made.normalizer, made.pre_tokenizer, made.decoder = normalizer, pre_tokenizer, decoders.Metaspace()
    made.add_special_tokens(["<pad>", "</s>", "<unk>"] + [f"<extra_id_{i}>" for i in range(SENTINELS)])
    made.post_processor = processors.TemplateProcessing(
        single=["$A", "</s>"], pair=["$A", "</s>", "$B", "</s>"], special_tokens=[("</s>", 1)]
    )
    return made


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model = train()
    charsmap = normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap)
    made = {
        # T5, FLAN-T5 and what is made from them.
        "words": tokenizer(
            model, charsmap, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
        ),
        # As the SpmConverter of transformers and some of its other converters have it.
        "runs": tokenizer(
            model,
            normalizers.Sequence(
                [charsmap, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]
            ),
            pre_tokenizers.Metaspace(),
        ),
        "spaces": tokenizer(
            model,
            normalizers.Sequence([charsmap, normalizers.Replace(Regex(" {2,}"), " ")]),
            pre_tokenizers.Metaspace(),
        ),
    }
    cases = {}
    for name, built in made.items():
        (folder / f"{name}.json").write_text(json.dumps(json.loads(built.to_str()), ensure_ascii=False, separators=(",", ":")))
        cases[name] = []
        for text in TEXTS:
            ids = built.encode(text, add_special_tokens=False).ids
            cases[name].append({"text": text, "ids": ids, "decoded": built.decode(ids, skip_special_tokens=True)})
    (folder / "cases.json").write_text(json.dumps(cases, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
